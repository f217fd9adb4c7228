"""How long the citizens' site keeps what."""

from ravi.core.retention import stays

stays("public_hubword", "", "one row per institution: what the hub was told last")
