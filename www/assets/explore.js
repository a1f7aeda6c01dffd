/*
 * The explorer: series chosen by the reader in one chart.  State lives in
 * the address: #t=RANGE&s=PATH/METRIC&s=…  With uPlot built in, a live chart;
 * without it, pictures of the same series.
 */
(function () {
"use strict";
var robin = window.robin, make = robin.make, at = document.getElementById("explore");
var colours = { light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#8a6d3b", "#5b5bd6"],
	dark: ["#56b4e9", "#e69f00", "#2dc49a", "#e59ac4", "#9ad0f5", "#f0e442", "#c8a46b", "#9d9dff"] };
var ranges = ["15min", "hour", "6h", "day", "week", "month", "year"];
var state = { t: "hour", s: [] }, ix = null, plot = null, data = {}, ui = {}, sync = 0, newest = {}, pointed = false, library = null;

function dark() {
	var t = document.documentElement.dataset.theme;
	return t ? t === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
function colour(i) { var c = colours[dark() ? "dark" : "light"]; return c[i % c.length]; }
function split(s) { var i = s.lastIndexOf("/"); return { path: s.slice(0, i), metric: s.slice(i + 1) }; }
function metricOf(s) {
	var x = split(s), fam = ix.families[robin.familyOf(x.path.split("/").slice(2).join("/"))];
	return fam && fam.metrics.filter(function (m) { return m.name === x.metric; })[0];
}
function words(s) {
	var p = split(s).path.split("/"), m = metricOf(s);
	return robin.plain(p[1]) + " \u00b7 " + robin.leafText(ix, p.slice(2).join("/")) + " \u00b7 " + (m ? m.label : split(s).metric);
}
function unit(s) { var m = metricOf(s); return (m && m.unit) || ""; }
function url(path, tail) {
	return "/g/" + path.split("/").map(function (p) { return encodeURIComponent(p).replace(/%3A/g, ":"); }).join("/") + "/" + state.t + tail;
}

/* ---- state and address ------------------------------------------------------ */
function readHash() {
	var q = new URLSearchParams(location.hash.slice(1));
	state.t = /^[\w~+-]{1,60}$/.test(q.get("t") || "") ? q.get("t") : "hour";
	state.s = q.getAll("s").filter(function (s) { return metricOf(s); }).slice(0, 16);
}
function writeHash(push) {
	var h = "#t=" + state.t + state.s.map(function (s) { return "&s=" + encodeURIComponent(s).replace(/%2F/g, "/").replace(/%3A/g, ":"); }).join("");
	if (h !== location.hash)
		history[push ? "pushState" : "replaceState"](null, "", h);
	try { sessionStorage.setItem("robin.explore", h); } catch (e) { /* off */ }
}
function change(push) {
	writeHash(push);
	controls();
	load();
}

/* ---- choosing ------------------------------------------------------------------ */
function everything() {
	var out = [];
	Object.keys(ix.hosts).forEach(function (h) {
		ix.hosts[h].forEach(function (leaf) {
			var fam = ix.families[robin.familyOf(leaf)];
			(fam ? fam.metrics : []).forEach(function (m) { out.push(h + "/" + leaf + "/" + m.name); });
		});
	});
	return out;
}
function suggest(text) {
	var w = text.toLowerCase().split(/[\s\u00b7]+/).filter(Boolean);
	ui.list.textContent = "";
	if (!w.length) return;
	everything().filter(function (s) {
		var hay = (words(s) + " " + s).toLowerCase();
		return state.s.indexOf(s) < 0 && w.every(function (x) { return hay.indexOf(x) >= 0; });
	}).slice(0, 10).forEach(function (s) {
		var b = make("button", { type: "button", textContent: words(s) });
		b.addEventListener("click", function () {
			state.s.push(s);
			ui.input.value = "";
			suggest("");
			ui.input.focus();
			change(true);
		});
		ui.list.append(make("li", {}, [b]));
	});
}
function controls() {
	ui.chips.textContent = "";
	state.s.forEach(function (s, i) {
		var x = make("button", { type: "button", textContent: "\u00d7", "aria-label": "Remove " + words(s) });
		x.addEventListener("click", function () { state.s.splice(i, 1); change(true); });
		var dot = make("i", {});
		dot.style.background = colour(i);
		ui.chips.append(make("li", {}, [dot, words(s), make("b", { "data-now": s }), x]));
	});
	robin.all("[data-range]", ui.ranges).forEach(function (b) {
		b.setAttribute("aria-pressed", b.dataset.range === state.t ? "true" : "false");
	});
}
/* What the page brought, taken up; a note below the chart is script's. */
function build() {
	ui.input = robin.$(".adder input", at);
	ui.list = robin.$(".suggest", at);
	ui.chips = robin.$(".chips", at);
	ui.ranges = robin.$(".ranges", at);
	ui.from = robin.$(".times input", at);
	ui.to = robin.$(".times input + button", at).previousSibling;
	ui.show = robin.$(".times button", at);
	ui.first = robin.$(".fig", at);
	ui.chart = make("div", { className: "card chart", role: "img", ariaLabel: "The chosen series" });
	ui.note = make("p", { className: "sub", role: "status" });
	robin.all("button", ui.ranges).forEach(function (b) {
		b.addEventListener("click", function () { state.t = b.dataset.range; change(true); });
	});
	ui.show.addEventListener("click", function () {
		var a = Date.parse(ui.from.value) / 1000, b = Date.parse(ui.to.value) / 1000;
		if (a < b) { state.t = a + "~" + b; change(true); } else ui.note.textContent = "The start must be before the end.";
	});
	ui.input.addEventListener("input", function () { suggest(ui.input.value); });
	ui.input.addEventListener("keydown", function (e) {
		var first = robin.$("button", ui.list);
		if (e.key === "Enter" && first) first.click();
		if (e.key === "Escape") { ui.input.value = ""; suggest(""); }
	});
	at.append(ui.note);
}
/* The chart comes into the place of the first picture, as high as that was. */
function unfold() {
	if (ui.chart.isConnected) return;
	if (!ui.first) return ui.chips.after(ui.chart);
	ui.high = ui.first.offsetHeight;
	ui.first.replaceWith(ui.chart);
}

/* ---- data ------------------------------------------------------------------------ */
function load() {
	var mine = ++sync, paths = {};
	state.s.forEach(function (s) { paths[split(s).path] = 1; });
	ui.note.textContent = state.s.length ? "" : "Nothing chosen yet. Type a host or a thing: cpu, memory, eth0.";
	if (!at.dataset.uplot)
		return pictures(Object.keys(paths));
	Promise.all([chartLibrary()].concat(Object.keys(paths).map(function (p) {
		return fetch(url(p, ".json")).then(function (r) {
			if (!r.ok) throw new Error(p + ": " + r.status);
			return r.json();
		}).then(function (j) { return j.series ? j.series[0] : j; });
	}))).then(function (list) {
		if (mine !== sync) return;
		if (!at.dataset.uplot)
			return pictures(Object.keys(paths));
		data = {};
		list.slice(1).forEach(function (j) { data[j.path] = j; });
		draw();
	}).catch(function (e) { ui.note.textContent = "Not to be had: " + e.message; });
}
function columns() {
	return state.s.map(function (s) {
		var x = split(s), j = data[x.path], col = j ? j.metrics.indexOf(x.metric) : -1, ts = [], vs = [];
		(j ? j.rows : []).forEach(function (r, i) { ts.push(j.start + i * j.step); vs.push(col < 0 ? null : r[col]); });
		return [ts, vs];
	});
}
function pictures(paths) {
	unfold();
	ui.chart.textContent = "";
	paths.forEach(function (p) {
		ui.chart.append(make("img", { src: url(p, dark() ? ",dark.png" : ".png"), alt: p, width: "600", height: "200" }));
	});
}

/* ---- the chart -------------------------------------------------------------------- */
function axisValues(u) {
	return function (self, ticks) { return ticks.map(function (v) { return v === null ? "" : robin.value(v, u); }); };
}
function options(units) {
	var ink = getComputedStyle(document.body), mute = ink.getPropertyValue("color"), line = dark() ? "#232b35" : "#e8ebef";
	var axis = { stroke: mute, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: "12px Inter, system-ui, sans-serif" };
	var axes = [Object.assign({}, axis, { values: [
		[31536000, "{YYYY}", null, null, null, null, null, null, 1], [2419200, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
		[86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1], [60, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1],
		[1, "{HH}:{mm}:{ss}", "\n{D} {MMM}", null, null, null, null, null, 1]] })], scales = { x: { time: true } };
	units.forEach(function (u, i) {
		scales[u || "n"] = { range: function (self, min, max) { return [Math.min(0, min), max > 0 ? max * 1.05 : 1]; } };
		if (i < 2)
			axes.push(Object.assign({}, axis, { scale: u || "n", side: i ? 1 : 3, size: 76, values: axisValues(u), grid: { show: i === 0, stroke: line, width: 1 } }));
	});
	return { width: ui.chart.clientWidth - 24, height: Math.max(260, ui.high ? ui.high - 26 : Math.min(520, innerHeight * 0.5)), scales: scales, axes: axes,
		cursor: { drag: { x: true, y: false, setScale: false } }, legend: { show: false },
		hooks: { setCursor: [function (u) { tell(u.cursor.idx); }], setSelect: [function (u) {
			if (u.select.width < 6) return;
			var a = Math.floor(u.posToVal(u.select.left, "x")), b = Math.ceil(u.posToVal(u.select.left + u.select.width, "x"));
			u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
			if (b - a < 30) b = a + 30;
			state.t = a + "~" + b;
			change(true);
		}] },
		series: [{}].concat(state.s.map(function (s, i) {
			return { label: words(s), stroke: colour(i), width: 1.5, scale: unit(s) || "n", fill: state.s.length === 1 ? colour(i) + "22" : undefined };
		})) };
}
/* The chips are the legend: values under the cursor, else the newest. */
function tell(at) {
	var t = plot && at !== null && at !== undefined ? plot.data[0][at] : null;
	pointed = t !== null;
	ui.note.textContent = pointed ? new Date(t * 1000).toLocaleString([], { hourCycle: "h23" }) : "";
	ui.note.title = pointed ? robin.utc(new Date(t * 1000).toISOString()) : "";
	robin.all("[data-now]", ui.chips).forEach(function (b, i) {
		var l = newest[split(state.s[i]).path];
		b.textContent = robin.value(pointed ? plot.data[i + 1][at] : l && l.values[split(state.s[i]).metric], unit(state.s[i]));
	});
}
/* The fields show what is shown, so that a change starts from there. */
function showTimes() {
	var xs = plot && plot.data[0];
	function local(t) { var d = new Date(t * 1000); return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 16); }
	if (!xs || !xs.length || ui.from === document.activeElement || ui.to === document.activeElement) return;
	ui.from.value = local(xs[0]);
	ui.to.value = local(xs[xs.length - 1]);
}
function draw() {
	var units = [], cols = columns();
	state.s.forEach(function (s) { if (units.indexOf(unit(s)) < 0) units.push(unit(s)); });
	if (plot) plot.destroy();
	plot = null;
	unfold();
	ui.chart.textContent = "";
	ui.chart.hidden = !state.s.length;
	if (!state.s.length) return;
	plot = new window.uPlot(options(units), window.uPlot.join(cols), ui.chart);
	showTimes();
	ui.chart.setAttribute("aria-label", state.s.map(words).join(", ") + ", " + state.t);
	plot.over.addEventListener("dblclick", function () { history.back(); });
	now(newest);
}
/* each poll adds what is newer than the rows, so the line grows by itself */
function now(latest) {
	var grown = false;
	newest = latest;
	state.s.forEach(function (s) {
		var x = split(s), l = latest[x.path], j = data[x.path], b = robin.all("[data-now]", ui.chips).filter(function (el) { return el.dataset.now === s; })[0];
		if (!l) return;
		if (b && !pointed) b.textContent = robin.value(l.values[x.metric], unit(s));
		if (!j || state.t.indexOf("~") >= 0 || l.time <= j.start + (j.rows.length - 1) * j.step) return;
		if (l.time - (j.start + (j.rows.length - 1) * j.step) < j.step) return;
		while (j.start + j.rows.length * j.step <= l.time) {
			j.rows.push(j.metrics.map(function (m) { return l.values[m]; }));
			j.rows.shift();
			j.start += j.step;
		}
		grown = true;
	});
	if (grown && plot) plot.setData(window.uPlot.join(columns()));
}

/* ---- start --------------------------------------------------------------------------- */
function begin() {
	build();
	if (location.hash.length < 3)
		try { history.replaceState(null, "", sessionStorage.getItem("robin.explore") || "#"); } catch (e) { /* off */ }
	readHash();
	if (state.s.length) {
		change(false);
	} else { /* something to look at: the picture is there already */
		state.s = robin.all("[data-s]", ui.chips).map(function (li) { return li.dataset.s; }).filter(metricOf);
		controls();
		if (ui.first) {
			ui.first.addEventListener("click", function (e) { if (at.dataset.uplot) e.preventDefault(); });
			["pointerover", "focusin", "touchstart"].forEach(function (kind) {
				at.addEventListener(kind, wake, { passive: true });
			});
		} else {
			change(false);
		}
	}
	robin.onLatest(function (latest) { now(latest); });
	window.addEventListener("popstate", function () { readHash(); controls(); load(); });
	window.addEventListener("resize", function () { if (plot) plot.setSize({ width: ui.chart.clientWidth - 24, height: plot.height }); });
	document.addEventListener("robin-theme", function () { if (plot) { controls(); draw(); } });
}
function wake() {
	if (!ui.chart.isConnected && !sync) change(false);
}
/* once, when the first chart is wanted: it is as much script as all the rest */
function chartLibrary() {
	library = library || new Promise(function (good) {
		var files = at.dataset.uplot.split(" "), s = make("script", { src: files[0] });
		s.addEventListener("load", good);
		s.addEventListener("error", function () { at.dataset.uplot = ""; good(); });
		document.head.append(make("link", { rel: "stylesheet", href: files[1] }), s);
	});
	return library;
}
robin.getIndex().then(function (got) {
	ix = got;
	begin();
}).catch(function () { at.append(make("p", { className: "sub", role: "status", textContent: "The index of series cannot be read just now." })); });
})();
