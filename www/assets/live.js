/*
 * Live: on a host's page charts take the pictures' places and move with every
 * step.  The past comes once with the picture's own numbers, what follows
 * with the page's one poll; charts out of sight are not drawn.
 */
(function () {
"use strict";
var robin = window.robin, all = robin.all, make = robin.make, charts = [], seeing = null, ix = null, on = false;
/* those of the pictures, in their order */
var colours = { light: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#d9c400", "#332288", "#882255", "#44aa99", "#999933", "#7b8794"],
	dark: ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#0080c8", "#d55e00", "#f0e442", "#8f7fe8", "#d35d8f", "#44c8b4", "#a8a840", "#9aa5b1"] };

function dark() {
	var t = document.documentElement.dataset.theme;
	return t ? t === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
function span(c) { return Math.max(300, 120 * c.step); }

/* ---- one chart --------------------------------------------------------------- */
function lines(c, list) {
	c.lines = [];
	list.slice(0, 12).forEach(function (s) {
		var fam = ix.families[robin.familyOf(s.path.split("/").slice(2).join("/"))];
		s.metrics.forEach(function (name, i) {
			var m = fam && fam.metrics.filter(function (x) { return x.name === name; })[0];
			if (!m || m.draw === "hidden") return;
			c.lines.push({ path: s.path, metric: name, unit: m.unit, stack: list.length === 1 && (m.draw === "area" || m.draw === "stack"), mirror: m.draw === "mirror", vs: s.rows.map(function (r) { return r[i]; }),
				label: list.length > 1 ? robin.plain(robin.instanceOf(s.path.split("/").slice(2).join("/")) || s.path.split("/")[1]) : m.label });
		});
	});
}
function fill(c) {
	return fetch("/g/" + c.g + "/" + span(c) + "s.json").then(function (r) {
		if (!r.ok) throw new Error(r.status);
		return r.json();
	}).then(function (j) {
		var list = j.series ? j.series : [j], s = list[0];
		c.ts = s.rows.map(function (r, i) { return s.start + i * s.step; });
		lines(c, list.filter(function (x) { return x.step === s.step && x.rows.length === s.rows.length; }));
	});
}
/* what is drawn: a stack's line is the sum up to it, a mirror hangs below */
function shape(c) {
	var sum = null;
	return [c.ts].concat(c.lines.map(function (l) {
		if (!l.stack) return l.mirror ? l.vs.map(function (v) { return v === null ? v : -v; }) : l.vs;
		sum = l.vs.map(function (v, i) { return v === null ? null : v + ((sum && sum[i]) || 0); });
		return sum;
	}));
}
/* local time is shown, UTC is in the title */
function utc(u) {
	var at = u.cursor.idx, ts = u.data[0], el = u.root.querySelector(".u-legend .u-value");
	if (el) el.title = robin.utc(new Date(ts[at === null || at === undefined ? ts.length - 1 : at] * 1000).toISOString());
}
/* the newest row may be one that is still to be filled */
function newest(vs) {
	for (var i = vs.length - 1; i > 0 && vs[i] === null; i--) ;
	return vs[i];
}
function options(c) {
	var mute = getComputedStyle(document.body).color, grid = dark() ? "#232b35" : "#e8ebef", list = colours[dark() ? "dark" : "light"], last = 0, bands = [], unit = (c.lines[0] || {}).unit;
	var axis = { stroke: mute, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "11px Inter, system-ui, sans-serif" };
	var series = c.lines.map(function (l, i) {
		var k = list[i % list.length];
		if (l.stack && last) bands.push({ series: [i + 1, last], fill: k + "cc" });
		var s = { label: l.label, stroke: k, width: l.stack ? 1 : 1.5, fill: (l.stack && !last) || l.mirror ? k + "cc" : undefined, points: { show: false },
			value: function (u, v, si, at) { return robin.value(at === null ? newest(l.vs) : l.vs[at], l.unit); } };
		if (l.stack) last = i + 1;
		return s;
	});
	return { width: c.box.clientWidth, height: Math.max(130, c.height - 30 - 18 * Math.ceil(c.lines.length / 3)), padding: [6, 12, 0, 0], legend: { markers: { fill: function (u, i) { return list[(i - 1) % list.length]; } } }, cursor: { sync: { key: "live" }, drag: { x: false, y: false } }, bands: bands, hooks: { setLegend: [utc] },
		scales: { x: { range: function () { return c.view; } }, y: { range: function (u, a, b) { return [Math.min(0, a) * 1.05, b > 0 ? b * 1.05 : 1]; } } },
		axes: [Object.assign({}, axis, { space: 90, size: 26, values: [[3600, "{HH}:{mm}", null, null, null, null, null, null, 1], [60, "{HH}:{mm}", null, null, null, null, null, null, 1], [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1]] }),
			Object.assign({}, axis, { size: 68, values: function (u, ticks) { return ticks.map(function (v) { return v === null ? "" : robin.value(Math.abs(v), unit); }); } })],
		series: [{ label: "Time", value: function (u, t) { return robin.clock(new Date((t === null ? c.ts[c.ts.length - 1] : t) * 1000)); } }].concat(series) };
}
function draw(c) {
	if (c.plot) c.plot.destroy();
	c.plot = null;
	c.box.textContent = "";
	if (!c.ts || !c.lines.length) return;
	c.view = [c.ts[c.ts.length - 1] - span(c), c.ts[c.ts.length - 1]];
	c.plot = new window.uPlot(options(c), shape(c), c.box);
}
/* the newest values of one poll; false when too much is missing in between */
function grow(c, latest) {
	var first = c.lines.length && latest[c.lines[0].path], end = c.ts && c.ts[c.ts.length - 1], keep;
	if (!first || first.time <= end) return true;
	if (first.time - end > Math.max(30, 4 * c.step)) return false;
	c.ts.push(first.time);
	c.lines.forEach(function (l) {
		var s = latest[l.path], v = s && s.values[l.metric];
		l.vs.push(v === undefined ? null : v);
	});
	for (keep = 0; c.ts[keep] < first.time - span(c) - c.step;) keep++;
	c.ts.splice(0, keep);
	c.lines.forEach(function (l) { l.vs.splice(0, keep); });
	return true;
}
function begin(c) {
	if (c.busy) return;
	c.busy = true;
	fill(c).then(function () { draw(c); }).catch(function () { c.ts = null; }).then(function () { c.busy = false; });
}
function moved(latest) {
	if (!on) return;
	charts.forEach(function (c) {
		if (!c.seen || c.busy) return;
		if (!c.ts || !grow(c, latest)) return begin(c);
		if (!c.plot) return;
		c.view = [c.ts[c.ts.length - 1] - span(c), c.ts[c.ts.length - 1]];
		c.plot.setData(shape(c));
		c.box.dataset.at = c.ts[c.ts.length - 1];
	});
}

/* ---- all of them ----------------------------------------------------------------- */
function chartOf(fig) {
	var pic = robin.$(".pic", fig), p = fig.dataset.g.split("/").slice(2, 5).map(decodeURIComponent), fam = ix.families[robin.familyOf(p[2])];
	var c = { fig: fig, pic: pic, g: fig.dataset.g.split("/").slice(2, 5).join("/"), step: fam ? fam.step : 10, height: pic.offsetHeight, box: make("div", { className: "livechart" }) };
	c.box.setAttribute("role", "img");
	c.box.setAttribute("aria-label", robin.leafText(ix, p[2]) + " on " + robin.plain(p[1]) + ", live");
	c.box.style.minHeight = c.height + "px";
	c.head = make("p", { className: "livehead", textContent: robin.leafText(ix, p[2]) });
	pic.hidden = true;
	pic.after(c.head, c.box);
	return c;
}
function start() {
	if (on) return;
	on = true;
	robin.needMore();
	robin.getIndex().then(function (index) {
		ix = index;
		charts = all(".fig[data-g]").map(chartOf);
		seeing = new IntersectionObserver(function (list) {
			list.forEach(function (e) {
				var c = charts.filter(function (x) { return x.box === e.target; })[0];
				c.seen = e.isIntersecting;
				if (c.seen) begin(c);
			});
		}, { rootMargin: "200px" });
		charts.forEach(function (c) { seeing.observe(c.box); });
	});
}
function stop() {
	if (!on) return;
	on = false;
	if (seeing) seeing.disconnect();
	charts.forEach(function (c) {
		if (c.plot) c.plot.destroy();
		c.box.remove();
		c.head.remove();
		c.pic.hidden = false;
	});
	charts = [];
}
robin.live = { start: start, stop: stop };
robin.onLatest(moved);
document.addEventListener("robin-theme", function () { charts.forEach(function (c) { if (c.plot) draw(c); }); });
window.addEventListener("resize", function () { charts.forEach(function (c) { if (c.plot) c.plot.setSize({ width: c.box.clientWidth, height: c.plot.height }); }); });
})();
