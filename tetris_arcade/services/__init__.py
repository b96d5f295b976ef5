"""What lives as long as the window and serves every scene; each is given just what it needs."""
