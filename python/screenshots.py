"""Takes the pictures of docs/python.md again, in light and in dark, with headless Chromium.

    python -P python/screenshots.py [folder]

Needs the installed package (-P keeps the sources beside this file out of the way) and Chromium, without which nothing is done.
Look at the pictures before they are committed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import datafusion_ml
from datafusion_ml import plots, threshold

ROOT = Path(__file__).resolve().parents[1]
CUSTOMERS = ROOT / "examples" / "data" / "telco_churn.csv"
COLOURS = {"light": ("#ffffff", "#1f2328"), "dark": ("#0d1117", "#e6edf3")}

# What a notebook is to a widget: it keeps its values and tells when one changes.
HOST = """
const values = %s, listeners = {};
const model = {
  get: (key) => values[key],
  set: (key, value) => { values[key] = value; (listeners[`change:${key}`] ?? []).forEach((told) => told()); },
  on: (event, told) => { (listeners[event] ??= []).push(told); },
  save_changes: () => {},
  send: (message) => { document.title = `${message} ${values.threshold}`; },
};
render({ model, el: document.getElementById("widget") });
"""


def model():
    con = datafusion_ml.connect(models=None, progress=False)
    con.register("customers", CUSTOMERS)
    con.sql("""
        CREATE MODEL churn
        FROM (SELECT tenure, "Contract", "MonthlyCharges", "InternetService", "PaymentMethod", "Churn" FROM customers)
        TARGET "Churn"
        SETTINGS (DESCRIPTION 'Who is about to leave?')
    """)
    return con.model("churn")


def widget(churn):
    """The slider as a page: its script and its style, and a host that answers it."""
    folder = Path(threshold.__file__).parent
    script = (folder / "threshold.js").read_text().replace("export default { render };", "").replace("export function", "function")
    picture = threshold.StaticPicture(churn, 1, 5)
    values = {
        "name": churn.name,
        "labels": [str(label) for label in churn.labels],
        "points": picture.curve,
        "threshold": threshold.cheapest(churn, 1, 5).threshold,
        "false_positive_cost": 1,
        "false_negative_cost": 5,
        "can_save": True,
        "saved": "",
    }
    style = (folder / "threshold.css").read_text()
    return f"<style>{style}</style><div id='widget'></div><script type='module'>{script}{HOST % json.dumps(values)}</script>"


def charts(churn):
    shown = [
        plots.roc(churn),
        plots.precision_recall(churn),
        plots.thresholds(churn),
        plots.calibration(churn),
        plots.confusion(churn),
        plots.attributions(churn),
        plots.coefficients(churn),
    ]
    return "<div style='display: flex; flex-wrap: wrap; gap: 12px 20px'>" + "".join(f"<div>{chart.svg}</div>" for chart in shown)


def visit(chromium, page, *options):
    """Opens a page; gives what the browser printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(f"<!doctype html><meta charset='utf-8'>{page}", encoding="utf-8")
        plain = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile"]
        command = [chromium, *plain, *options, path.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def browser():
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def main():
    chromium = browser()
    if chromium is None:
        print("screenshots: skipped, there is no Chromium")
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    churn = model()
    pages = {
        "card": (churn._repr_html_(), 860, 890),
        "threshold": (widget(churn), 700, 372),
        "charts": (charts(churn), 1280, 945),
    }
    for name, (content, width, height) in pages.items():
        for mode, (background, text) in COLOURS.items():
            style = (
                f"background: {background}; color: {text}; color-scheme: {mode}; margin: 12px; font-family: system-ui, sans-serif"
            )
            target = folder / f"{name}-{mode}.png"
            visit(chromium, f"<body style='{style}'>{content}</body>", f"--window-size={width},{height}", f"--screenshot={target}")


if __name__ == "__main__":
    main()
