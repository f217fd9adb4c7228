"""The ways on which people are told outside of Ravi: a folder-mate per way, each writing only to who linked themselves."""
