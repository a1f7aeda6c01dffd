/*
 * Over the pictures: a crosshair with values, the same moment in every
 * picture, drag to zoom, shift and drag to pan, the back button.  Where the
 * plot lies comes with the picture (X-Robin-Geometry); the values are those
 * of the same address as .json.  The picture itself is never replaced.
 */
(function () {
"use strict";
var robin = window.robin, $ = robin.$, all = robin.all, make = robin.make, figures = [];

function figureOf(el) {
	var g = el.dataset.g.match(/^(.*)\/([^/]+)$/);
	return { el: el, base: g[1], range: g[2], first: g[2], geo: null, data: null, asked: "" };
}
function two(n) { return (n < 10 ? "0" : "") + n; }
function clock(t, span) {
	var d = new Date(t * 1000), s = two(d.getHours()) + ":" + two(d.getMinutes());
	if (span <= 7200) s += ":" + two(d.getSeconds());
	return span > 90000 ? d.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" }) + " " + s : s;
}

/* ---- what a picture shows --------------------------------------------------- */
function load(f) {
	var img = $("img", f.el), src = (img.currentSrc || img.src).replace(/#.*/, "");
	if (f.asked === src)
		return;
	f.asked = src;
	f.data = null;
	robin.needMore();
	fetch(src, { cache: "force-cache" }).then(function (r) {
		var geo = r.headers.get("X-Robin-Geometry"), words = r.headers.get("X-Robin-Summary");
		if (words) img.alt = decodeURIComponent(words);
		if (!r.ok || !geo) return;
		f.geo = JSON.parse(geo);
		return fetch(f.base + "/" + f.range + ".json").then(function (d) { return d.ok ? d.json() : null; });
	}).then(function (d) {
		if (d) f.data = d.series ? d.series : [d];
	}).catch(function () { f.asked = ""; });
}
function metricOf(ix, series, i) {
	var fam = ix.families[robin.familyOf(series.path.split("/").slice(2).join("/"))];
	return (fam && fam.metrics.filter(function (m) { return m.name === series.metrics[i]; })[0]) ||
	    { label: series.metrics[i], unit: "", draw: "line" };
}
function rowAt(series, t) {
	var i = Math.ceil((t - series.start) / series.step);
	return i >= 0 && i < series.rows.length ? series.rows[i] : null;
}

/* ---- crosshair ---------------------------------------------------------------- */
function scaleOf(f) {
	var box = f.pic.getBoundingClientRect();
	return box.width / f.geo.width;
}
function timeAt(f, clientX) {
	var box = f.pic.getBoundingClientRect(), g = f.geo, k = box.width / g.width;
	var share = ((clientX - box.left) / k - g.left) / g.plot_width;
	return g.from + Math.max(0, Math.min(1, share)) * (g.to - g.from);
}
function place(f, t) {
	var g = f.geo, k = scaleOf(f), x;
	if (t < g.from || t > g.to) return hide(f);
	x = k * (g.left + g.plot_width * (t - g.from) / (g.to - g.from));
	f.line.style.cssText = "display:block;left:" + x + "px;top:" + k * g.top + "px;height:" + k * g.plot_height + "px";
}
function hide(f) {
	if (!f.cross) return;
	f.line.style.display = "none";
	f.tip.style.display = "none";
}
function tell(f, t, clientX) {
	robin.getIndex().then(function (ix) {
		if (!f.data || hovered !== f) return;
		f.tip.textContent = "";
		f.tip.append(make("span", { className: "t", textContent: clock(t, f.geo.to - f.geo.from) }));
		f.data.slice(0, 12).forEach(function (s) {
			var row = rowAt(s, t), name = f.data.length > 1 ? robin.plain(s.path.split("/")[1]) + " " : "";
			(row || []).forEach(function (v, i) {
				var m = metricOf(ix, s, i);
				if (m.draw === "hidden" || f.tip.childElementCount > 16) return;
				f.tip.append(make("span", {}, [name + m.label, make("b", { textContent: robin.value(v, m.unit) })]));
			});
		});
		f.tip.style.display = "block";
		var box = f.pic.getBoundingClientRect(), x = clientX - box.left, w = f.tip.offsetWidth;
		f.tip.style.left = Math.max(0, x + w + 20 > box.width ? x - w - 14 : x + 14) + "px";
		f.tip.style.top = scaleOf(f) * f.geo.top + 6 + "px";
	});
}
var hovered = null;
function move(f, e) {
	load(f);
	if (!f.geo) return;
	var t = timeAt(f, e.clientX);
	hovered = f;
	if (f.drag) return dragTo(f, e);
	figures.forEach(function (o) { if (o.geo && o.cross) place(o, t); });
	tell(f, t, e.clientX);
}
function leave() {
	hovered = null;
	figures.forEach(hide);
}

/* ---- zoom and pan -------------------------------------------------------------- */
function down(f, e) {
	if (e.button !== 0 || !f.geo || e.pointerType === "touch") return;
	f.drag = { x: e.clientX, t: timeAt(f, e.clientX), pan: e.shiftKey };
	f.pic.setPointerCapture(e.pointerId);
	e.preventDefault();
}
function dragTo(f, e) {
	if (f.drag.pan) return;
	var box = f.pic.getBoundingClientRect(), k = scaleOf(f), a = Math.min(f.drag.x, e.clientX) - box.left, b = Math.max(f.drag.x, e.clientX) - box.left;
	a = Math.max(a, k * f.geo.left);
	b = Math.min(b, k * (f.geo.left + f.geo.plot_width));
	f.area.style.cssText = "display:block;left:" + a + "px;width:" + Math.max(0, b - a) + "px;top:" + k * f.geo.top + "px;height:" + k * f.geo.plot_height + "px";
}
function up(f, e) {
	var d = f.drag, span, a, b, shift;
	f.drag = null;
	f.area.style.display = "none";
	if (!d) return;
	if (Math.abs(e.clientX - d.x) < 6) { /* it was a click */
		location.href = f.pic.href;
		return;
	}
	span = f.geo.to - f.geo.from;
	if (d.pan) {
		shift = (d.x - e.clientX) / (scaleOf(f) * f.geo.plot_width) * span;
		a = f.geo.from + shift;
		b = f.geo.to + shift;
	} else {
		a = Math.min(d.t, timeAt(f, e.clientX));
		b = Math.max(d.t, timeAt(f, e.clientX));
	}
	go(a, b);
}
function go(a, b) {
	var now = Date.now() / 1000;
	if (b > now) { a -= b - now; b = now; }
	if (b - a < 60) { b = (a + b) / 2 + 30; a = b - 60; }
	history.pushState(null, "", "#t=" + Math.floor(a) + "~" + Math.ceil(b));
	fromHash();
}
var spans = { hour: 3600, day: 86400, week: 604800, month: 2678400, year: 31622400 };
function shown() {
	var m = location.hash.match(/^#t=(\d+)~(\d+)$/), now = Date.now() / 1000;
	return m ? [+m[1], +m[2]] : [now - (spans[figures[0].range] || spans.day), now];
}
function by(scale, shift) {
	var s = shown(), mid = (s[0] + s[1]) / 2, half = (s[1] - s[0]) / 2;
	go(mid - half * scale + 2 * half * shift, mid + half * scale + 2 * half * shift);
}
function retime(f, range) {
	if (f.range === range) return;
	f.range = range;
	f.geo = f.data = null;
	f.asked = "";
	all("source, img", f.el).forEach(function (el) {
		el.srcset = el.srcset.replace(/\/[^/,\s]+(,\d+x\d+)/g, "/" + range + "$1").replace(/#\d+/g, "");
	});
	f.el.dataset.g = f.base + "/" + range;
	all(".emb a", f.el).forEach(function (a) {
		var m = a.getAttribute("href").match(/^\/g\/.*\.(png|svg|json|csv)$/);
		if (m) a.setAttribute("href", f.base + "/" + range + "." + m[1]);
	});
	robin.fillNumbers(f.el);
}
var bar = null;
function fromHash() {
	if (location.hash === "#live" && robin.live) return;
	var m = location.hash.match(/^#t=(\d+)~(\d+)$/);
	figures.forEach(function (f) {
		retime(f, m ? m[1] + "~" + m[2] : f.first);
		hide(f);
	});
	all(".ranges [aria-current]").forEach(function (a) { a.classList.toggle("off", !!m); });
	if (!m) {
		if (bar) bar.hidden = true;
		return;
	}
	if (!bar) {
		robin.needMore();
		bar = make("div", { className: "card zoomed", role: "status" }, [make("span", {}), make("button", { textContent: "Back to now", type: "button" })]);
		bar.lastChild.addEventListener("click", function () {
			history.pushState(null, "", location.pathname);
			fromHash();
		});
		$("main").append(bar);
	}
	bar.hidden = false;
	bar.firstChild.textContent = new Date(m[1] * 1000).toLocaleString([], { hourCycle: "h23" }) + " \u2013 " + new Date(m[2] * 1000).toLocaleString([], { hourCycle: "h23" });
	bar.firstChild.title = robin.utc(new Date(m[1] * 1000).toISOString()) + " \u2013 " + robin.utc(new Date(m[2] * 1000).toISOString());
}

/* ---- start ------------------------------------------------------------------------ */
/* What lies over a picture comes when somebody first points at it: a page
 * of forty pictures does not wait for it. */
function wear(f) {
	f.line = make("i", {});
	f.area = make("u", {});
	f.tip = make("div", { className: "tip" });
	f.cross = make("span", { className: "cross", ariaHidden: "true" }, [f.line, f.area]);
	f.pic.append(f.cross, f.tip);
	f.pic.addEventListener("click", function (e) { if (e.detail) e.preventDefault(); });
	f.pic.addEventListener("dragstart", function (e) { e.preventDefault(); });
	f.pic.addEventListener("pointermove", function (e) { move(f, e); });
	f.pic.addEventListener("pointerleave", function () { if (!f.drag) leave(); });
	f.pic.addEventListener("pointerdown", function (e) { down(f, e); });
	f.pic.addEventListener("pointerup", function (e) {
		if (e.pointerType === "touch") location.href = f.pic.href; else up(f, e);
	});
}
function dress(el) {
	var f = figureOf(el);
	f.pic = $(".pic", el);
	f.pic.addEventListener("pointerover", function () { if (!f.cross) wear(f); });
	figures.push(f);
}
robin.dress = function (el) { /* later, in place of one that went */
	figures = figures.filter(function (o) { return o.el.isConnected; });
	dress(el);
};
all(".fig[data-g]").forEach(function (el) {
	if (!el.closest("#explore")) dress(el); /* that one makes room for a chart */
});
if (figures.length) {
	robin.addKey("+", "zoom in", function () { by(0.5, 0); });
	robin.addKey("-", "zoom out", function () { by(2, 0); });
	robin.addKey("[", "earlier", function () { by(1, -0.5); });
	robin.addKey("]", "later", function () { by(1, 0.5); });
	robin.addKey("0", "back to now", function () { history.pushState(null, "", location.pathname); fromHash(); });
	window.addEventListener("popstate", fromHash);
	if (location.hash) fromHash();
}
})();
