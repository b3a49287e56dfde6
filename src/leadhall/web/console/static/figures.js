// Draws leads a day by source, stacked; the table beside it has the same numbers.
(() => {
  "use strict";
  const place = document.getElementById("chart");
  const told = document.getElementById("drawn");
  if (!place || !told) return;
  const { days, names, leads, labels } = JSON.parse(told.textContent);
  const style = getComputedStyle(document.documentElement);
  const [ink, line] = [style.getPropertyValue("--soft").trim(), style.getPropertyValue("--line").trim()];
  const COLOURS = ["#2f7fd6", "#e08a1e", "#2a9d6f", "#b3569b", "#8a6fd1", "#7d8794"];

  // each source stands on the one before
  const stacked = leads.reduce((all, each) => {
    const below = all.at(-1);
    return [...all, each.map((n, at) => n + (below ? below[at] : 0))];
  }, []);
  const drawn = stacked.map((each) => each.map((n) => n || null)); // no line where nothing came
  const label = (second) => labels[days.indexOf(second)] ?? "";

  const series = names.map((name, at) => ({
    label: name,
    stroke: COLOURS[at],
    fill: COLOURS[at],
    paths: uPlot.paths.bars({ size: [0.7, 40] }),
    points: { show: false },
  }));
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const size = () => ({ width: place.clientWidth, height: 260 });
  const chart = new uPlot(
    {
      ...size(),
      tzDate: (second) => uPlot.tzDate(new Date(second * 1000), "Etc/UTC"),
      scales: { x: { range: (_, from, to) => [from - 43200, to + 43200] }, y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
      axes: [{ ...axis, values: (_, seconds) => seconds.map(label) }, { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }],
      series: [{}, ...series.slice().reverse()],
      legend: { live: false },
      cursor: { show: false },
    },
    [days, ...drawn.slice().reverse()],
    place,
  );
  addEventListener("resize", () => chart.setSize(size()));
})();
