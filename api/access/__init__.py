"""Who may call: API keys, tokens of an identity provider (OIDC), tokens of CDS Hooks clients; roles; requests per second."""
