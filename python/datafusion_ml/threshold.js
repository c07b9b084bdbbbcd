// The slider of threshold.py. It computes what Python's `Decisions` does, so that nothing has to be asked while it moves.

// What a threshold decides, from points (threshold, TP, FP, TN, FN) by descending threshold.
export function decisions(points, threshold) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] >= threshold) low = middle + 1;
    else high = middle;
  }
  const [, tp, fp, tn, fn] = low > 0 ? points[low - 1] : [1, 0, 0, points[0][3] + points[0][2], points[0][4] + points[0][1]];
  return { tp, fp, tn, fn, precision: tp / (tp + fp), recall: tp / (tp + fn), f1: (2 * tp) / (2 * tp + fp + fn) };
}

export function cost(found, falsePositive, falseNegative) {
  return found.fp * falsePositive + found.fn * falseNegative;
}

// The place of the lowest cost; of equal ones the highest threshold.
export function cheapest(points, falsePositive, falseNegative) {
  const costs = points.map(([, , fp, , fn]) => fp * falsePositive + fn * falseNegative);
  return points[costs.indexOf(Math.min(...costs))][0];
}

function element(kind, properties = {}, ...children) {
  const made = Object.assign(document.createElement(kind), properties);
  made.append(...children);
  return made;
}

const shown = (value) => (Number.isNaN(value) ? "–" : value.toPrecision(4));

function render({ model, el }) {
  const labels = model.get("labels");
  const range = element("input", { type: "range", min: 0, max: 1, step: 0.001, style: "width: 320px" });
  const number = (key) => {
    const input = element("input", { type: "number", min: 0, step: "any", value: model.get(key), style: "width: 80px" });
    input.addEventListener("input", () => {
      if (input.value !== "" && input.valueAsNumber >= 0) {
        model.set(key, input.valueAsNumber);
        model.save_changes();
      }
    });
    return input;
  };
  const figures = element("table");
  const matrix = element("table");
  const answer = element("code");
  const best = element("button", { textContent: "lowest cost" });
  const save = element("button", { textContent: "ALTER MODEL", disabled: !model.get("can_save") });

  const row = (kind, cells) =>
    element("tr", {}, ...cells.map((cell) => element(kind, { textContent: cell, style: "padding: 2px 10px; text-align: right" })));
  const draw = () => {
    const found = decisions(model.get("points"), model.get("threshold"));
    const costs = [model.get("false_positive_cost"), model.get("false_negative_cost")];
    range.value = model.get("threshold");
    figures.replaceChildren(
      row("th", ["threshold", "precision", "recall", "F1", "cost"]),
      row("td", [model.get("threshold"), found.precision, found.recall, found.f1, cost(found, ...costs)].map(shown)),
    );
    matrix.replaceChildren(
      row("th", ["", `called ${labels[0]}`, `called ${labels[1]}`]),
      row("td", [`is ${labels[0]}`, found.tn, found.fp]),
      row("td", [`is ${labels[1]}`, found.fn, found.tp]),
    );
    answer.textContent = model.get("saved");
  };
  const move = (threshold) => {
    model.set("threshold", threshold);
    model.save_changes();
  };
  range.addEventListener("input", () => move(range.valueAsNumber));
  best.addEventListener("click", () =>
    move(cheapest(model.get("points"), model.get("false_positive_cost"), model.get("false_negative_cost"))),
  );
  save.addEventListener("click", () => model.send("save"));
  for (const key of ["threshold", "false_positive_cost", "false_negative_cost", "saved"]) model.on(`change:${key}`, draw);

  el.append(
    element("b", { textContent: `Threshold of ${model.get("name")}` }),
    element("div", {}, range, " ", best, " ", save, " ", answer),
    element("div", {}, "a false positive costs ", number("false_positive_cost"), " a false negative ", number("false_negative_cost")),
    figures,
    matrix,
  );
  draw();
}

export default { render };
