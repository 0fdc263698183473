"""Service levels that suppliers publish for everybody, as terms ready to stand in an underpinning contract."""
