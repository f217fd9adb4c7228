"""The institution's own feeds: RSS, Atom and JSON Feed, on Ravi's own pages."""
