// Draws each figure.chart from the numbers of its own table. Without this file the table is all there is, and open.
(function () {
  "use strict";
  const figures = [...document.querySelectorAll("figure.chart")];
  if (!figures.length || !window.echarts) return;
  const STATES = { b: "滞后", w: "略低", n: "未到期", o: "达到序时", e: "提前完成", "": "不评价" };
  const drawn = new Map();

  // Colours are the tokens of the moment: light, dark, high contrast or paper.
  function palette() {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(`--${name}`).trim();
    const names = ["ink", "ink-2", "paper", "line", "line-2", "brand"];
    const found = Object.fromEntries(names.map((name) => [name, token(name)]));
    found.states = Object.fromEntries(["b", "w", "n", "o", "e"].map((glyph) => [glyph, token(`${glyph}-fill`)]));
    found.states[""] = found.states.n;
    found.series = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => token(`c${number}`));
    found.font = getComputedStyle(document.body).fontFamily;
    return found;
  }

  // Stripes, dots and checks in the colour of the paper: what tells bars apart without colour.
  function patterns(paper) {
    const solid = { color: "transparent", symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 0] };
    const stripes = (gap, width, angle) => ({ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [width, gap], rotation: angle });
    const marks = (symbol, size, gap) => ({ symbol, symbolSize: size, dashArrayX: [[gap, gap], [0, gap, gap, 0]], dashArrayY: [gap, 0] });
    return [
      solid,
      stripes(5, 2, Math.PI / 4),
      marks("circle", 0.7, 6),
      stripes(5, 2, -Math.PI / 4),
      stripes(4, 2, 0),
      marks("rect", 0.8, 7),
      stripes(4, 2, Math.PI / 2),
      marks("triangle", 0.9, 8),
    ].map((pattern) => ({ color: paper, ...pattern }));
  }

  function read(figure) {
    const table = figure.querySelector("table");
    const heads = [...table.tHead.rows[0].cells].slice(1);
    // A row that adds up the others is not drawn.
    const rows = [...table.tBodies[0].rows];
    const number = (cell) => {
      const data = cell.querySelector("data");
      return data && data.value !== "" ? Number(data.value) : null;
    };
    return {
      form: figure.dataset.form,
      unit: figure.dataset.unit,
      title: figure.querySelector("h3").textContent,
      labels: rows.map((row) => row.cells[0].textContent),
      lights: rows.map((row) => row.dataset.light || ""),
      columns: heads.map((head, at) => ({
        name: head.textContent,
        drawn: head.dataset.drawn || "",
        values: rows.map((row) => number(row.cells[at + 1])),
        texts: rows.map((row) => row.cells[at + 1].textContent.trim()),
      })),
    };
  }

  const short = (value) => (Math.abs(value) >= 1e8 ? `${value / 1e8}亿` : Math.abs(value) >= 1e4 ? `${value / 1e4}万` : String(value));

  function frame(table, colours, narrow) {
    const text = { color: colours.ink, fontFamily: colours.font, fontSize: 13 };
    return {
      animation: false,
      backgroundColor: "transparent",
      textStyle: text,
      aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: patterns(colours.paper) } },
      legend: { top: 0, left: 0, itemWidth: 22, itemHeight: 14, itemGap: narrow ? 10 : 16, textStyle: text, selectedMode: false, type: "plain" },
      grid: { left: 4, right: 16, top: 40, bottom: 4, containLabel: true },
    };
  }

  function axes(table, colours) {
    const label = { color: colours["ink-2"], fontSize: 13 };
    const value = {
      type: "value",
      axisLabel: { ...label, formatter: short },
      splitLine: { lineStyle: { color: colours.line } },
      name: table.unit,
      nameTextStyle: { color: colours["ink-2"], fontSize: 12 },
    };
    const names = {
      type: "category",
      data: table.labels,
      axisLabel: { ...label, interval: 0, hideOverlap: false },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours["line-2"] } },
    };
    return { value, names };
  }

  function upright(table, colours, narrow, stacked) {
    const option = frame(table, colours, narrow);
    const { value, names } = axes(table, colours);
    // "9 月" is too wide for a twelfth of a phone.
    names.axisLabel.formatter = (label) => (narrow ? label.replace(/ 月.*$/, "") : label.replace(" ", "").replace(/月 .*$/, "月"));
    value.name = "";
    option.xAxis = names;
    option.yAxis = value;
    if (table.unit === "%") value.max = (range) => Math.max(100, Math.ceil(range.max));
    const bars = table.columns.filter((column) => column.drawn === "bar");
    option.series = bars.map((column, at) => ({
      type: "bar",
      name: column.name,
      data: column.values,
      stack: stacked ? "all" : undefined,
      barMaxWidth: 36,
      itemStyle: { color: stacked ? colours.series[at % colours.series.length] : colours.brand, borderColor: colours.paper, borderWidth: stacked ? 1 : 0 },
      emphasis: { disabled: true },
      silent: true,
    }));
    table.columns.filter((column) => column.drawn === "dash").forEach((column) => option.series.push({
      type: "line",
      name: column.name,
      data: column.values,
      symbol: "diamond",
      symbolSize: 7,
      lineStyle: { color: colours.ink, width: 2, type: "dashed" },
      itemStyle: { color: colours.ink },
      emphasis: { disabled: true },
      silent: true,
    }));
    option.series.push(...ahead(table, colours, bars[0]));
    return option;
  }

  // The forecast, dashed from the last bar on; around it, between dotted lines, what the slowest and fastest month lead to.
  function ahead(table, colours, bar) {
    const column = (drawn) => table.columns.find((one) => one.drawn === drawn);
    if (!column("ahead")) return [];
    const first = column("ahead").values.findIndex((value) => value !== null);
    // It leaves from what was done by the last complete month, or from nothing.
    const from = (values) => values.map((value, at) => (at === first - 1 ? bar.values[at] : value));
    const [low, middle, high] = ["low", "ahead", "high"].map((drawn) => from(column(drawn).values));
    const line = (name, data, style) => ({ type: "line", name, data, symbol: "none", emphasis: { disabled: true }, silent: true, ...style });
    const edge = { lineStyle: { color: colours.brand, width: 1.5, type: "dotted" }, itemStyle: { color: colours.brand, opacity: 0.3 }, stack: "range" };
    const range = high.map((value, at) => (value === null ? null : value - low[at]));
    return [
      line("预计范围", low, edge),
      line("预计范围", range, { ...edge, areaStyle: { color: colours.brand, opacity: 0.15 } }),
      line(column("ahead").name, middle, {
        symbol: "circle", symbolSize: 6, lineStyle: { color: colours.brand, width: 2, type: "dashed" }, itemStyle: { color: colours.brand },
      }),
    ];
  }

  function lying(table, colours, narrow) {
    const option = frame(table, colours, narrow);
    const { value, names } = axes(table, colours);
    const bar = table.columns.find((column) => column.drawn === "bar");
    const due = table.columns.find((column) => column.drawn === "line");
    const present = Object.keys(STATES).filter((glyph) => table.lights.includes(glyph));
    value.name = "";
    option.xAxis = value;
    // The number stands beside the name, where neither bar nor mark can cover it.
    names.axisLabel = { ...names.axisLabel, color: colours.ink, formatter: (label, at) => `${label}  ${bar.texts[at]}` };
    option.yAxis = { ...names, inverse: true };
    option.series = present.map((glyph) => ({
      type: "bar",
      name: present.length === 1 && glyph === "" ? bar.name : STATES[glyph],
      stack: "all",
      barMaxWidth: 20,
      data: bar.values.map((number, at) => (table.lights[at] === glyph ? number : "-")),
      itemStyle: { color: colours.states[glyph] },
      emphasis: { disabled: true },
      silent: true,
    }));
    if (due && due.values.some((number) => number !== null)) option.series.push({
      type: "line",
      name: due.name,
      data: due.values,
      symbol: "rect",
      symbolSize: [3, 22],
      symbolKeepAspect: false,
      lineStyle: { width: 0, opacity: 0 },
      itemStyle: { color: colours.ink, borderColor: colours.paper, borderWidth: 1 },
      emphasis: { disabled: true },
      silent: true,
      z: 5,
    });
    return option;
  }

  function draw(figure) {
    const plot = figure.querySelector(".plot");
    const table = read(figure);
    const narrow = plot.clientWidth < 480;
    const colours = palette();
    const option = table.form === "places" ? lying(table, colours, narrow) : upright(table, colours, narrow, table.form === "money");
    const legends = new Set(option.series.map((one) => one.name)).size;
    // A legend that wraps takes the room that it needs.
    const perLine = Math.max(1, Math.floor(plot.clientWidth / 170));
    option.grid.top = 18 + 26 * Math.ceil(legends / perLine);
    let chart = drawn.get(figure);
    if (!chart) {
      chart = echarts.init(plot, null, { renderer: "svg" });
      drawn.set(figure, chart);
    }
    chart.resize({ width: plot.clientWidth, height: plot.clientHeight });
    chart.setOption(option, true);
  }

  const redraw = () => figures.forEach(draw);

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // The picture is the page's own SVG on the ground of the page, with its title, finding and day.
  function picture(figure) {
    const svg = figure.querySelector(".plot svg");
    const colours = palette();
    const scale = 2;
    const [width, height] = [svg.clientWidth, svg.clientHeight];
    const copy = svg.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const image = new Image();
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const summary = figure.querySelector(".summary").textContent;
    const lines = wrapped(pen, summary, width - 32, `14px ${colours.font}`);
    const head = 52 + 22 * lines.length;
    image.addEventListener("load", () => {
      canvas.width = (width + 32) * scale;
      canvas.height = (head + height + 44) * scale;
      pen.scale(scale, scale);
      pen.fillStyle = colours.paper;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = colours.ink;
      pen.font = `700 18px ${colours.font}`;
      pen.fillText(figure.querySelector("h3").textContent, 16, 32);
      pen.font = `14px ${colours.font}`;
      lines.forEach((line, at) => pen.fillText(line, 16, 58 + 22 * at));
      pen.drawImage(image, 16, head, width, height);
      pen.fillStyle = colours["ink-2"];
      pen.font = `12px ${colours.font}`;
      pen.fillText(figure.dataset.source, 16, head + height + 28);
      canvas.toBlob((blob) => save(blob, `${figure.dataset.file}.png`), "image/png");
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  }

  function wrapped(pen, text, width, font) {
    pen.font = font;
    return [...text].reduce((lines, letter) => {
      const last = lines.length - 1;
      if (pen.measureText(lines[last] + letter).width > width) lines.push(letter);
      else lines[last] += letter;
      return lines;
    }, [""]);
  }

  figures.forEach((figure) => {
    figure.querySelector(".plot").hidden = false;
    figure.querySelector("details").open = false;
    const button = figure.querySelector("[data-png]");
    button.hidden = false;
    button.addEventListener("click", () => picture(figure));
    draw(figure);
  });
  let waiting = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(redraw);
  }).observe(document.querySelector("main"));
  ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "print"].forEach((query) => matchMedia(query).addEventListener("change", redraw));
})();
