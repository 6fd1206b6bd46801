"""What we say: Vietnamese texts as data with sources and review dates, and their loader."""
