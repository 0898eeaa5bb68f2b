def visible(text: str) -> str:
    return text
def interval(n): return str(n)
