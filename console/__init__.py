"""What officers see: server-rendered pages over `reports`, on their own site and port."""
