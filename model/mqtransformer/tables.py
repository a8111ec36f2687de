"""Tables as Markdown."""


def markdown(heads, rows):
    """Lists of strings as a Markdown table."""
    lines = [heads, ['---'] * len(heads), *rows]
    return ''.join(f'| {" | ".join(line)} |\n' for line in lines)
