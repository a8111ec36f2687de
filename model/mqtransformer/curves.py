"""A run's log as a CSV file and as a picture."""

import csv
from pathlib import Path

WIDTH, HEIGHT, MARGIN, COLUMNS = 320, 180, 34, 3


class Log:
    """A CSV of the curves; a resumed run appends. Steps after `step` are dropped: they were lost with the interrupted run."""

    def __init__(self, path, fields, step):
        self.path, self.fields = Path(path), fields
        kept = [row for row in read_log(path) if int(row['step']) <= step] if self.path.exists() else []
        with self.path.open('w', newline='') as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(kept)

    def write(self, row):
        with self.path.open('a', newline='') as file:
            csv.DictWriter(file, self.fields).writerow(
                {key: f'{value:.6g}' if isinstance(value, float) else value for key, value in row.items()})


def read_log(path):
    with Path(path).open(newline='') as file:
        return list(csv.DictReader(file))


def draw(path, rows, panels):
    """Writes an SVG with one panel for each name of `panels`: that column of the log over its steps."""
    shown = [(name, [(int(row['step']), float(row[name])) for row in rows if row.get(name)]) for name in panels]
    shown = [(name, points) for name, points in shown if points]
    lines = -(-len(shown) // COLUMNS)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * WIDTH}" height="{lines * HEIGHT}" font-family="sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>']
    for place, (name, points) in enumerate(shown):
        parts.append(f'<g transform="translate({place % COLUMNS * WIDTH},{place // COLUMNS * HEIGHT})">{panel(name, points)}</g>')
    Path(path).write_text('\n'.join([*parts, '</svg>']) + '\n')


def panel(name, points):
    """One curve with its name and the ends of both axes."""
    steps, values = zip(*points)
    low, high, last = min(values), max(values), max(steps)
    across = [MARGIN + step / max(last, 1) * (WIDTH - 2 * MARGIN) for step in steps]
    up = [HEIGHT - MARGIN - (value - low) / max(high - low, 1e-12) * (HEIGHT - 2 * MARGIN) for value in values]
    curve = ' '.join(f'{x:.1f},{y:.1f}' for x, y in zip(across, up))
    bottom = HEIGHT - MARGIN
    return (f'<text x="{MARGIN}" y="20" font-weight="bold">{name}</text>'
            f'<path d="M{MARGIN},{MARGIN}V{bottom}H{WIDTH - MARGIN}" fill="none" stroke="#888"/>'
            f'<polyline points="{curve}" fill="none" stroke="#1565c0" stroke-width="1.5"/>'
            f'<text x="2" y="{bottom}">{low:.3g}</text><text x="2" y="{MARGIN}">{high:.3g}</text>'
            f'<text x="{WIDTH - MARGIN}" y="{bottom + 14}" text-anchor="end">step {last}</text>')
