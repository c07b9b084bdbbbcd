// The slider of threshold.py. It computes what Python's `Decisions` does, so that nothing has to be asked while it moves.

// The point above the first: nobody is called positive.
function nobody(points) {
  const [, tp, fp, tn, fn] = points[0];
  return [1, 0, 0, tn + fp, fn + tp];
}

// What a threshold decides, from points (threshold, TP, FP, TN, FN) by descending threshold.
export function decisions(points, threshold) {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] >= threshold) low = middle + 1;
    else high = middle;
  }
  const [, tp, fp, tn, fn] = low > 0 ? points[low - 1] : nobody(points);
  return { tp, fp, tn, fn, precision: tp / (tp + fp), recall: tp / (tp + fn), f1: (2 * tp) / (2 * tp + fp + fn) };
}

export function cost(found, falsePositive, falseNegative) {
  return found.fp * falsePositive + found.fn * falseNegative;
}

// The place of the lowest cost; of equal ones the highest threshold.
export function cheapest(points, falsePositive, falseNegative) {
  // Nothing is above 1, so there a threshold always calls those rows positive that are certain.
  const whole = points[0][0] >= 1 ? points : [nobody(points), ...points];
  const costs = whole.map(([, , fp, , fn]) => fp * falsePositive + fn * falseNegative);
  return whole[costs.indexOf(Math.min(...costs))][0];
}

// Where the picture has its axes, in pixels.
const plot = { left: 30, top: 8, width: 330, height: 170 };
// The lines of the picture, in the colours of the charts.
const lines = [["precision", "#4f86c6"], ["recall", "#f58518"], ["f1", "#54a24b"]];
const names = { precision: "precision", recall: "recall", f1: "F1" };

function element(kind, properties = {}, ...children) {
  const made = Object.assign(document.createElement(kind), properties);
  made.append(...children);
  return made;
}

function drawn(kind, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

const x = (share) => plot.left + share * plot.width;
const y = (share) => plot.top + (1 - share) * plot.height;

// Precision, recall and F1 over the threshold, and a mark that moves.
function picture(points) {
  const height = plot.top + plot.height + 18;
  const svg = drawn("svg", { viewBox: `0 0 ${x(1) + 10} ${height}`, width: x(1) + 10, fill: "currentColor", role: "img" });
  svg.setAttribute("aria-label", "precision, recall and F1 over the threshold");
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(drawn("line", { x1: x(0), x2: x(1), y1: y(share), y2: y(share), stroke: "currentColor", "stroke-opacity": 0.15 }));
    svg.append(drawn("text", { x: x(0) - 5, y: y(share) + 4, "text-anchor": "end" }, share));
    svg.append(drawn("text", { x: x(share), y: height - 4, "text-anchor": "middle" }, share));
  }
  const step = Math.max(1, Math.floor(points.length / 300));
  const seen = points.filter((_, i) => i % step === 0 || i === points.length - 1);
  for (const [name, colour] of lines) {
    const places = seen.map(([threshold]) => [threshold, decisions(points, threshold)[name]]).filter(([, share]) => !Number.isNaN(share));
    const text = places.map(([threshold, share]) => `${x(threshold).toFixed(1)},${y(share).toFixed(1)}`).join(" ");
    svg.append(drawn("polyline", { points: text, fill: "none", stroke: colour, "stroke-width": 2 }));
  }
  const mark = drawn("line", { y1: y(0), y2: y(1), stroke: "currentColor", "stroke-width": 1.5 });
  svg.append(mark);
  const move = (threshold) => {
    mark.setAttribute("x1", x(threshold));
    mark.setAttribute("x2", x(threshold));
  };
  return { svg, move };
}

const share = (value) => (Number.isNaN(value) ? "–" : value.toFixed(3));
const amount = (value) => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6))));

function render({ model, el }) {
  const labels = model.get("labels");
  const { svg, move: mark } = picture(model.get("points"));
  const range = element("input", { type: "range", min: 0, max: 1, step: 0.001, ariaLabel: "threshold" });
  const number = (key) => {
    const input = element("input", { type: "number", min: 0, step: "any", value: model.get(key) });
    input.addEventListener("input", () => {
      if (input.value !== "" && input.valueAsNumber >= 0) {
        model.set(key, input.valueAsNumber);
        model.save_changes();
      }
    });
    return input;
  };
  const figures = element("table");
  const matrix = element("table", { className: "matrix" });
  const answer = element("code");
  const best = element("button", { textContent: "Lowest cost" });
  const save = element("button", { textContent: "ALTER MODEL", disabled: !model.get("can_save") });

  const row = (...cells) => element("tr", {}, ...cells);
  const cell = (text, kind = "td", properties = {}) => element(kind, { textContent: text, ...properties });
  // Of its row of the matrix, how much is in a cell.
  const counted = (count, rest) => {
    const made = cell(amount(count));
    made.style.background = `rgba(79, 134, 198, ${0.08 + 0.6 * (count / (count + rest || 1))})`;
    return made;
  };
  const draw = () => {
    const threshold = model.get("threshold");
    const found = decisions(model.get("points"), threshold);
    const total = cost(found, model.get("false_positive_cost"), model.get("false_negative_cost"));
    range.value = threshold;
    mark(threshold);
    figures.replaceChildren(
      row(cell("threshold", "th"), cell(threshold.toFixed(3))),
      ...lines.map(([name, colour]) => {
        const head = cell(names[name], "th");
        head.style.color = colour;
        return row(head, cell(share(found[name])));
      }),
      row(cell("cost", "th"), cell(amount(total))),
    );
    matrix.replaceChildren(
      row(cell(""), cell(`called ${labels[0]}`, "th"), cell(`called ${labels[1]}`, "th")),
      row(cell(`is ${labels[0]}`, "th"), counted(found.tn, found.fp), counted(found.fp, found.tn)),
      row(cell(`is ${labels[1]}`, "th"), counted(found.fn, found.tp), counted(found.tp, found.fn)),
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

  el.classList.add("dfml-threshold");
  el.append(
    element("b", { textContent: `Threshold of ${model.get("name")}` }),
    element(
      "div",
      { className: "sides" },
      element("div", {}, svg, range),
      element("div", {}, figures, matrix),
    ),
    element(
      "div",
      { className: "line" },
      element("label", {}, "a false positive costs ", number("false_positive_cost")),
      element("label", {}, "a false negative costs ", number("false_negative_cost")),
    ),
    element("div", { className: "line" }, best, save, answer),
  );
  draw();
}

export default { render };
