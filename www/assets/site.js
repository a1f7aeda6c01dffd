/*
 * What scripts add to every page: theme, local time, ages that tick, live
 * values (one poll a page, paused when hidden, backing off), search, keys.
 * No metric is named here: /index.json says what plays which role.
 */
(function () {
"use strict";
var doc = document, root = doc.documentElement, body = doc.body;
var robin = window.robin = {};
var NB = "\u00a0";

function $(sel, at) { return (at || doc).querySelector(sel); }
function all(sel, at) { return Array.prototype.slice.call((at || doc).querySelectorAll(sel)); }
function make(tag, props, kids) {
	var el = doc.createElement(tag);
	Object.keys(props || {}).forEach(function (k) {
		if (k in el && k !== "list" && k !== "width" && k !== "height")
			el[k] = props[k];
		else
			el.setAttribute(k, props[k]);
	});
	(kids || []).forEach(function (kid) { el.append(kid); });
	return el;
}
function store(key, value) {
	try {
		if (value === undefined)
			return localStorage.getItem("robin." + key);
		if (value === null)
			localStorage.removeItem("robin." + key);
		else
			localStorage.setItem("robin." + key, value);
	} catch (e) { /* storage is off */ }
	return null;
}
/* what a slug stands for: ":" is "/", "=hh" a byte */
function plain(slug) {
	try {
		return decodeURIComponent(slug.replace(/%/g, "%25").replace(/:/g, "/").replace(/=([0-9a-f]{2})/g, "%$1"));
	} catch (e) {
		return slug;
	}
}

/* ---- work that can wait ------------------------------------------------- */
/* What can wait gets a task of its own, so that the first paint, a key or a
 * finger does not wait for it. */
function soon(fn) { setTimeout(fn, 0); }
/* after the pictures of the first view are there */
function whenLoaded(fn) {
	if (doc.readyState === "complete")
		soon(fn);
	else
		window.addEventListener("load", function () { soon(fn); });
}

/* ---- numbers as people say them (the same words as the pages') ---------- */
function scaled(v, base, units, whole) {
	var i = 0, a = Math.abs(v);
	while (i + 1 < units.length && a >= base * 0.9995) { a /= base; v /= base; i++; }
	var s = a >= 99.95 || (i === 0 && whole) || a === 0 ? v.toFixed(0) : a >= 9.995 || i > 0 ? v.toFixed(1) : v.toFixed(2);
	return s + (units[i] ? NB + units[i] : "");
}
function bytes(v) { return scaled(v, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], true); }
function rate(v) { return scaled(v, 1000, ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"], true); }
function number(v) { return scaled(v, 1000, ["", "k", "M", "G", "T", "P"], false); }
function percent(ratio) { return (100 * ratio).toFixed(0) + NB + "%"; }
function age(s) {
	s = Math.max(0, Math.floor(s));
	return s < 120 ? s + NB + "s" : s < 7200 ? Math.floor(s / 60) + NB + "min" :
	    s < 172800 ? Math.floor(s / 3600) + NB + "h" : Math.floor(s / 86400) + NB + "d";
}
function value(v, unit) {
	if (v === null || v === undefined || !isFinite(v))
		return "\u2013";
	if (unit === "bytes") return bytes(v);
	if (unit === "bytes/s") return rate(v);
	if (unit === "percent") return v.toFixed(v < 10 ? 1 : 0) + NB + "%";
	if (unit === "seconds" && Math.abs(v) >= 120) return age(v);
	return number(v);
}

/* where no heading says the unit */
function alone(v, unit) {
	var s = value(v, unit), known = /^(|bytes|bytes\/s|percent)$/.test(unit) || (unit === "seconds" && Math.abs(v) >= 120);
	return known || s === "\u2013" ? s : s + NB + unit;
}

/* ---- the index, fetched when something needs it -------------------------- */
var index = null;
function getIndex() {
	if (!index)
		index = fetch("/index.json").then(function (r) {
			if (!r.ok) throw new Error("index");
			return r.json();
		});
	return index;
}
function familyOf(leaf) { return leaf.split(".", 1)[0]; }
function instanceOf(leaf) { var i = leaf.indexOf("."); return i < 0 ? "" : leaf.slice(i + 1); }
function leafText(ix, leaf) {
	var f = ix.families[familyOf(leaf)], i = instanceOf(leaf);
	return (f ? f.title : familyOf(leaf)) + (i ? " " + plain(i) : "");
}

/* ---- theme ---------------------------------------------------------------- */
var themes = ["system", "light", "dark"];
function applyTheme() {
	var t = store("theme") || "system", dark;
	if (t === "system")
		delete root.dataset.theme;
	else
		root.dataset.theme = t;
	dark = "(prefers-color-scheme: dark)";
	all(t === "system" ? "source[data-media]" : "source").forEach(function (s) {
		if (!s.dataset.media)
			s.dataset.media = s.media;
		var m = s.dataset.media;
		if (m.indexOf(dark) >= 0 && t !== "system")
			m = t === "light" ? "not all" : m === dark ? "all" : m.replace(" and " + dark, "");
		if (s.media !== m)
			s.media = m;
	});
	var b = $("#theme");
	if (b) {
		b.textContent = t === "dark" ? "\u263e" : t === "light" ? "\u2600" : "\u25d0";
		b.setAttribute("aria-label", "Theme: " + t);
		b.title = "Theme: " + t + " (t)";
	}
	doc.dispatchEvent(new Event("robin-theme"));
}
function nextTheme() {
	var t = store("theme") || "system";
	t = themes[(themes.indexOf(t) + 1) % 3];
	store("theme", t === "system" ? null : t);
	applyTheme();
}

/* ---- time ----------------------------------------------------------------- */
function two(n) { return (n < 10 ? "0" : "") + n; }
/* without the browser's own formatter, whose start costs more than a page */
function clock(d) { return two(d.getHours()) + ":" + two(d.getMinutes()) + ":" + two(d.getSeconds()); }
function utc(iso) { return iso.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"); }
var days = null;
function dateAndTime(d) {
	days = days || new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
	return days.format(d);
}
function localTimes(at) {
	all("[data-utc]", at).forEach(function (th) { setText(th, "Time"); });
	all("time[datetime]", at).forEach(function (t) {
		var d = new Date(t.dateTime);
		if (t.title || isNaN(d))
			return;
		t.title = utc(t.dateTime);
		t.textContent = t.hasAttribute("data-date") ? dateAndTime(d) : clock(d);
	});
	all("tbody", at).forEach(localDays);
}
/* the rows that begin a day do so where the reader's day begins */
function localDays(body) {
	var heads = all(".day", body), day = "";
	if (!heads.length) return;
	all("tr", body).forEach(function (tr) {
		var t = $("time[datetime]", tr), d = t && new Date(t.dateTime), row;
		if (!t || isNaN(d)) return;
		d = d.getFullYear() + "-" + two(d.getMonth() + 1) + "-" + two(d.getDate());
		if (d === day) return;
		day = d;
		row = heads[0].cloneNode(true);
		row.firstElementChild.textContent = d;
		tr.before(row);
	});
	heads.forEach(function (tr) { tr.remove(); });
}
function tickAges() {
	var now = Date.now() / 1000;
	all("[data-age]").forEach(function (el) {
		var t = +el.dataset.age;
		if (t > 0)
			setText(el, age(now - t));
	});
}

/* ---- values by role ------------------------------------------------------- */
var pairs = { cpu: ["cpu", false], memory: ["memory", false], disk: ["disk", true], swap: ["swap", false] };
function sumRole(fam, values, role) {
	var sum = null;
	fam.metrics.forEach(function (m, i) {
		var v = values[m.name];
		if (m.role === role && v !== null && v !== undefined)
			sum = (sum || 0) + v;
	});
	return sum;
}
/* as www/vitals.c: totals speak for their parts, the larger whole for the
 * machine, the fullest disk for the disks */
function vitals(ix, list) {
	var out = { newest: 0 };
	list.forEach(function (s) {
		var fam = ix.families[familyOf(s.leaf)], inst = instanceOf(s.leaf);
		out.newest = Math.max(out.newest, s.time || 0);
		if (!fam || (fam.total && inst))
			return;
		Object.keys(pairs).forEach(function (k) {
			var used = sumRole(fam, s.values, pairs[k][0] + "_used");
			var free = sumRole(fam, s.values, pairs[k][0] + "_free");
			if (used === null || free === null || used + free <= 0)
				return;
			var x = { used: used, free: free, ratio: used / (used + free), instance: inst };
			var best = out[k];
			if (!best || (pairs[k][1] ? x.ratio > best.ratio : used + free > best.used + best.free))
				out[k] = x;
		});
		["network_in", "network_out"].forEach(function (k) {
			var v = sumRole(fam, s.values, k);
			if (v !== null)
				out[k] = (out[k] || 0) + v;
		});
	});
	return out;
}
function setText(el, text) { if (el && el.textContent !== text) el.textContent = text; }
function setGauge(svg, ratio) {
	var t = $("text", svg), span = $("tspan", svg);
	$(".vl", svg).setAttribute("stroke-dasharray", (100 * Math.min(1, ratio)).toFixed(1) + " 200");
	if (!span) {
		span = doc.createElementNS("http://www.w3.org/2000/svg", "tspan");
		span.setAttribute("dx", "2");
		span.textContent = "%";
	}
	t.textContent = (100 * ratio).toFixed(0);
	t.append(span);
	svg.setAttribute("aria-label", svg.getAttribute("aria-label").replace(/ [\d.]+\u00a0%$/, "") + " " + percent(ratio));
}
function setCell(row, k, x) {
	var td = $(".c-" + k, row);
	if (!td || !x)
		return;
	setText($(".pc", td), percent(x.ratio));
	var r = $("rect", td);
	if (r) r.setAttribute("width", (100 * Math.min(1, x.ratio)).toFixed(1));
	if ($("small", td)) setText($("small", td), plain(x.instance));
}
function showRow(row, v) {
	Object.keys(pairs).forEach(function (k) { setCell(row, k, v[k]); });
	var net = all(".c-net > span", row);
	["network_in", "network_out"].forEach(function (k, i) {
		if (net[i] && v[k] !== undefined && net[i].lastChild)
			net[i].lastChild.textContent = " " + rate(v[k]);
	});
	var a = $("[data-age]", row);
	if (a && v.newest) a.dataset.age = v.newest;
	row.classList.toggle("silent", Date.now() / 1000 - v.newest > 600);
}
function tileWords(k, t, sum, n) {
	var p = all("p", t), one = sum.top.x;
	if (k === "disk") {
		p[0].textContent = "";
		if (one.instance)
			p[0].append(make("b", { textContent: plain(one.instance) }));
		if (n > 1)
			p[0].append(" on " + plain(sum.top.host.split("/")[1]));
		setText(p[1] || t.lastElementChild.appendChild(make("p")), bytes(one.free) + " free");
		return;
	}
	var say = k === "cpu" ? number : bytes;
	setText(p[0], say(sum.used) + " of " + say(sum.whole) + (k === "cpu" ? " cores" : ""));
	if (n > 1 && p[1])
		setText(p[1], "most on " + plain(sum.top.host.split("/")[1]) + ", " + percent(one.ratio));
}
function showTiles(hosts) {
	var names = Object.keys(hosts);
	all("[data-tile]").forEach(function (t) {
		var k = t.dataset.tile, sum = { used: 0, whole: 0, top: null }, n = 0;
		names.forEach(function (h) {
			var x = hosts[h][k];
			if (!x || (names.length > 1 && Date.now() / 1000 - hosts[h].newest > 600)) return;
			n++;
			sum.used += x.used;
			sum.whole += x.used + x.free;
			if (!sum.top || x.ratio > sum.top.x.ratio)
				sum.top = { host: h, x: x };
		});
		if (!n) return;
		setGauge($(".gauge", t), k === "disk" ? sum.top.x.ratio : sum.used / sum.whole);
		tileWords(k, t, sum, n);
	});
}

/* ---- the one poll ---------------------------------------------------------- */
var watchers = [], latest = {}, wait = 0, timer = 0;
robin.onLatest = function (fn) { watchers.push(fn); schedule(0); };
function pageHost() {
	var el = $("[data-host-state]");
	return el ? el.dataset.hostState : null;
}
function pollPath() {
	var h = pageHost(), p = h && h.split("/");
	return "/api/v1/latest" + (h ? "/" + p[1] + "?cluster=" + p[0] : "");
}
function read(json) {
	var hosts = {};
	json.series.forEach(function (s) {
		var p = s.path.split("/"), h = p[0] + "/" + p[1];
		s.leaf = p.slice(2).join("/");
		(hosts[h] = hosts[h] || []).push(s);
		latest[s.path] = s;
	});
	return hosts;
}
function showAll(ix, hosts) {
	var v = {}, newest = 0;
	Object.keys(hosts).forEach(function (h) {
		v[h] = vitals(ix, hosts[h]);
		newest = Math.max(newest, v[h].newest);
	});
	all("tr[data-host]").forEach(function (row) {
		var h = decodeURIComponent(row.dataset.host);
		if (v[h]) showRow(row, v[h]);
	});
	var here = pageHost();
	if (here) {
		var mine = {};
		mine[here] = v[decodeURIComponent(here)];
		if (mine[here]) {
			showTiles(mine);
			hostNote(mine[here]);
		}
	} else {
		showTiles(v);
	}
	all(".sub [data-age]").forEach(function (el) { el.dataset.age = newest; });
	tickAges();
}
function hostNote(v) {
	var note = $("[data-host-note]");
	if (!note) return;
	if (!$("[data-age]", note)) {
		note.textContent = "";
		note.append(make("span", { id: "reason" }), "newest value ", make("span", { "data-age": String(v.newest) }), " old");
	}
	$("[data-age]", note).dataset.age = v.newest;
}
function poll() {
	var begun = Date.now();
	timer = 0;
	if (doc.hidden)
		return;
	Promise.all([getIndex(), fetch(pollPath(), { headers: { Accept: "application/json" } }).then(function (r) {
		if (!r.ok) throw new Error(r.status);
		return r.json();
	})]).then(function (both) {
		var hosts = read(both[1]);
		wait = shortestStep(both[0], hosts);
		if ($("[data-tile], tr[data-host]"))
			soon(function () { showAll(both[0], hosts); });
		watchers.forEach(function (fn) { soon(function () { fn(latest, both[0]); }); });
		away(false);
	}).catch(function () {
		wait = Math.min(120, (wait || 5) * 2);
		away(true);
	}).then(function () { /* the step counts from question to question */
		if (!timer) schedule(Math.max(0.2, wait - (Date.now() - begun) / 1000));
	});
}
function away(yes) {
	var p = $(".away");
	if (yes && !p) {
		needMore();
		p = make("p", { className: "card away", role: "status", textContent: "The server does not answer; what you see may be old." });
		$("main").append(p);
	} else if (!yes && p) {
		p.remove();
	}
}
function shortestStep(ix, hosts) {
	var step = 60;
	Object.keys(hosts).forEach(function (h) {
		hosts[h].forEach(function (s) {
			var f = ix.families[familyOf(s.leaf)];
			if (f) step = Math.min(step, f.step);
		});
	});
	return Math.max(1, step);
}
function schedule(seconds) {
	if (timer) clearTimeout(timer);
	timer = setTimeout(poll, seconds * 1000);
}
doc.addEventListener("visibilitychange", function () {
	if (!doc.hidden && (watchers.length || $("[data-tile], tr[data-host]")))
		schedule(0);
});

/* ---- pages written each minute: take over what a new one says -------------- */
function refreshPage() {
	if (doc.hidden || !$("footer time"))
		return;
	fetch(location.pathname, { cache: "no-cache" }).then(function (r) { return r.text(); }).then(function (text) {
		var next = new DOMParser().parseFromString(text, "text/html");
		doc.title = next.title;
		["link[rel=icon]", ".says", ".sub", ".hosts", ".rest", ".board", "footer p", "#active", "#events"].forEach(function (sel) {
			var a = $(sel), b = $(sel, next);
			if (a && b && !a.contains(doc.activeElement) && !a.querySelector("details[open]"))
				a.replaceWith(doc.importNode(b, true));
		});
		localTimes();
		tickAges();
		if (timer || watchers.length) schedule(0);
	}).catch(function () { /* the next minute may */ });
}

/* A host's own page outlives its state: the overview knows it. */
function hostState() {
	var here = pageHost(), h1 = $("[data-host-state]");
	if (!here || doc.hidden)
		return;
	function from(path) {
		return fetch(path, { cache: "no-cache" }).then(function (r) { return r.text(); }).then(function (text) {
			var next = new DOMParser().parseFromString(text, "text/html");
			return all("tr[data-host]", next).filter(function (tr) { return tr.dataset.host === here; })[0];
		});
	}
	/* the overview leaves out many that are well, the kiosk nobody */
	from("/").then(function (row) { return row || from("/kiosk/"); }).then(function (row) {
		var st = row && $(".st", row), why = row && $("th small", row), old = $(".st", h1), icon = $("link[rel=icon]");
		if (!st) return;
		st = doc.importNode(st, true);
		if (old) old.replaceWith(st); else h1.prepend(st);
		if ($("#reason")) $("#reason").textContent = why ? why.textContent + " \u00b7 " : "";
		["ok", "warn", "crit"].forEach(function (c) {
			if (row.classList.contains(c)) icon.href = body.dataset["icon" + c[0].toUpperCase() + c.slice(1)];
		});
	}).catch(function () { /* the next minute may */ });
}

/* ---- live charts, where uPlot is built in ------------------------------------- */
function liveButton() {
	var nav = $(".ranges[data-live]"), b, got = null;
	if (!nav) return;
	function load(src) {
		return new Promise(function (good, bad) {
			var s = make("script", { src: src });
			s.addEventListener("load", good);
			s.addEventListener("error", bad);
			doc.head.append(s);
		});
	}
	function turn(on) {
		var f = nav.dataset.live.split(" ");
		if (!on && !robin.live) return;
		if (on && !got) {
			doc.head.append(make("link", { rel: "stylesheet", href: f[2] }));
			got = load(f[0]).then(function () { return load(f[1]); });
		}
		got.then(function () {
			if (on) robin.live.start(); else robin.live.stop();
			b.setAttribute("aria-pressed", on ? "true" : "false");
			all("[aria-current]", nav).forEach(function (a) { a.classList.toggle("off", on); });
		}, function () { b.remove(); });
	}
	function fromHash() { turn(location.hash === "#live"); }
	b = make("button", { type: "button", textContent: "live", title: "Charts that move (l)" });
	b.setAttribute("aria-pressed", "false");
	b.addEventListener("click", function () {
		history.pushState(null, "", location.hash === "#live" ? location.pathname : "#live");
		fromHash();
	});
	nav.prepend(b);
	robin.addKey("l", "live charts", function () { b.click(); });
	window.addEventListener("popstate", fromHash);
	if (location.hash) fromHash();
}

/* ---- pictures ---------------------------------------------------------------- */
/* A new fragment makes the browser look again; it asks the server only when
 * the picture's own max-age is over. */
function refreshPictures() {
	if (doc.hidden) return;
	var n = "#" + Math.floor(Date.now() / 1000);
	all(".pic picture").forEach(function (p) {
		var box = p.getBoundingClientRect();
		if (box.bottom < 0 || box.top > innerHeight) return;
		all("source, img", p).forEach(function (el) {
			el.srcset = el.srcset.replace(/\.png(#\d+)?/g, ".png" + n);
		});
	});
}

/* ---- numbers beside a picture -------------------------------------------------- */
function fillNumbers(fig) {
	var details = $(".nums", fig), g = fig.dataset.g;
	if (!details || !details.open) return;
	fetch(g + ".json").then(function (r) { return r.ok ? r.json() : Promise.reject(r.status); }).then(function (j) {
		j = j.series ? j.series[0] : j;
		all("tbody tr", details).forEach(function (tr) {
			var col = j.metrics.indexOf(tr.dataset.m), n = 0, sum = 0, min = Infinity, max = -Infinity, last = null;
			j.rows.forEach(function (r) {
				var v = r[col];
				if (v === null || v === undefined) return;
				n++; sum += v; last = v;
				min = Math.min(min, v); max = Math.max(max, v);
			});
			[last, min, sum / n, max].forEach(function (v, i) {
				setText(tr.cells[i + 1], n ? value(v, tr.dataset.u) : "\u2013");
			});
		});
	}).catch(function () {
		setText($("tbody td", details), "not available just now");
	});
}

function numbersTable(fig, f) {
	var body = make("tbody", {});
	f.metrics.forEach(function (m) {
		var tr = make("tr", {}, [make("th", { scope: "row", textContent: m.label }), make("td"), make("td"), make("td"), make("td")]);
		tr.dataset.m = m.name;
		tr.dataset.u = m.unit;
		body.append(tr);
	});
	return make("div", { className: "scroll" }, [make("table", {}, [make("thead", {}, [make("tr", {},
		["", "now", "min", "average", "max"].map(function (w) { return make("th", { scope: "col", textContent: w }); }))]), body])]);
}
doc.addEventListener("toggle", function (e) {
	var d = e.target, fig = d.open && d.matches(".nums") && d.closest(".fig");
	if (!fig) return;
	needMore();
	if ($("table", d)) return fillNumbers(fig);
	getIndex().then(function (ix) {
		d.append(numbersTable(fig, ix.families[familyOf(decodeURIComponent(fig.dataset.g.split("/")[4]))]));
		fillNumbers(fig);
	});
}, true);

/* ---- search -------------------------------------------------------------------- */
var more = false;
/* the style of dialogs comes when the first one is opened */
function needMore() {
	if (!more && !$("link[href='" + body.dataset.more + "']"))
		doc.head.append(make("link", { rel: "stylesheet", href: body.dataset.more }));
	more = true;
}
var finder = null;
function openFinder() {
	needMore();
	if (!finder) {
		var input = make("input", { type: "search", placeholder: "a host, a graph, a page\u2026", "aria-label": "Search" });
		var list = make("ul", {});
		finder = make("dialog", { className: "finder" }, [input, list]);
		finder.setAttribute("aria-label", "Search");
		body.append(finder);
		input.addEventListener("input", function () { find(input.value, list); });
		input.addEventListener("keydown", function (e) {
			var first = $("a", list);
			if (e.key === "Enter" && first) { location.href = first.href; }
			if (e.key === "ArrowDown" && first) { first.focus(); e.preventDefault(); }
		});
		list.addEventListener("keydown", function (e) {
			var li = doc.activeElement.parentNode;
			var to = e.key === "ArrowDown" ? li.nextSibling : e.key === "ArrowUp" ? li.previousSibling : null;
			if (e.key === "ArrowUp" && !to) input.focus();
			if (to) { to.firstChild.focus(); e.preventDefault(); }
		});
		finder.addEventListener("click", function (e) { if (e.target === finder) finder.close(); });
	}
	finder.showModal();
	$("input", finder).select();
	find($("input", finder).value, $("ul", finder));
}
function candidates(ix) {
	var out = all("header nav a").map(function (a) { return { text: a.textContent, note: "page", href: a.getAttribute("href") }; });
	Object.keys(ix.hosts).forEach(function (h) {
		var p = h.split("/"), base = "/h/" + p.map(encodeURIComponent).join("/") + "/";
		out.push({ text: plain(p[1]), note: plain(p[0]), href: base });
		ix.hosts[h].forEach(function (leaf) {
			out.push({ text: leafText(ix, leaf) + " on " + plain(p[1]), note: familyOf(leaf), href: base + encodeURIComponent(leaf) + "/", path: h + "/" + leaf });
		});
	});
	return out;
}
function find(text, list) {
	getIndex().then(function (ix) {
		var words = text.toLowerCase().split(/\s+/).filter(Boolean), all = candidates(ix);
		if (!words.length) /* what is looked at most comes first */
			all = robin.seen().slice(0, 6).map(function (p) {
				return all.filter(function (c) { return c.path === p; })[0];
			}).filter(Boolean).concat(all);
		var hits = all.filter(function (c) {
			var hay = (c.text + " " + c.note).toLowerCase();
			return words.every(function (w) { return hay.indexOf(w) >= 0; });
		}).slice(0, 12);
		list.textContent = "";
		hits.forEach(function (c) {
			list.append(make("li", {}, [make("a", { href: c.href }, [c.text, make("small", { textContent: c.note })])]));
		});
		if (!hits.length)
			list.append(make("li", { textContent: "Nothing has all of these words." }));
	}).catch(function () { list.textContent = "The index cannot be read just now."; });
}

/* ---- keys ------------------------------------------------------------------------ */
var keys = [["/", "search", openFinder], ["?", "this list", showKeys], ["t", "light, dark, as the system", nextTheme],
	["k", "kiosk: the page alone", toggleKiosk], ["o", "overview", "/"], ["h", "hosts", "/hosts/"], ["c", "compare", "/compare/"],
	["e", "explorer", "/explore/"], ["d", "dashboards", "/dashboards/"], ["s", "status", "/status/"]];
["hour", "day", "week", "month", "year"].forEach(function (r, i) {
	keys.push([String(i + 1), "last " + r, function () { var a = $(".ranges [data-range=" + r + "]"); if (a) a.click(); }]);
});
robin.addKey = function (key, what, fn) { keys.push([key, what, fn]); };
function showKeys() {
	var d = $("#keys");
	needMore();
	if (!d) {
		d = make("dialog", { id: "keys" }, [make("h2", { textContent: "Keys" }), make("dl", {})]);
		keys.forEach(function (k) {
			$("dl", d).append(make("dt", {}, [make("kbd", { textContent: k[0] })]), make("dd", { textContent: k[1] }));
		});
		d.append(make("form", { method: "dialog" }, [make("button", { textContent: "Close" })]));
		body.append(d);
	}
	d.showModal();
}
function toggleKiosk() {
	needMore();
	var on = root.classList.toggle("kiosk");
	history.replaceState(null, "", on ? "#kiosk" : location.pathname);
	if (on && root.requestFullscreen)
		root.requestFullscreen().catch(function () { /* not allowed: fine */ });
	else if (doc.fullscreenElement)
		doc.exitFullscreen();
}
doc.addEventListener("keydown", function (e) {
	if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) || $("dialog[open]"))
		return;
	keys.some(function (k) {
		if (k[0] !== e.key) return false;
		e.preventDefault();
		if (typeof k[2] === "string") location.href = k[2]; else k[2]();
		return true;
	});
});

/* ---- embedding ------------------------------------------------------------------- */
function copyButtons() {
	all("pre").forEach(function (pre) {
		var b = make("button", { textContent: "Copy", className: "copy" });
		b.addEventListener("click", function () {
			navigator.clipboard.writeText($("code", pre).textContent).then(function () {
				b.textContent = "Copied";
				setTimeout(function () { b.textContent = "Copy"; }, 2000);
			}, function () { getSelection().selectAllChildren($("code", pre)); });
		});
		pre.append(b);
	});
	all("[data-at]").forEach(function (el) {
		el.textContent = el.textContent.replace("https://HOST", location.origin);
	});
}
function picker() {
	var at = $("#picker");
	if (!at) return;
	getIndex().then(function (ix) {
		var host = make("select", { "aria-label": "Host" }), leaf = make("select", { "aria-label": "Graph" });
		var range = make("select", { "aria-label": "Range" });
		["hour", "day", "week", "month", "year"].forEach(function (r) { range.append(make("option", { value: r, textContent: "last " + r, selected: r === "day" })); });
		Object.keys(ix.hosts).forEach(function (h) { host.append(make("option", { value: h, textContent: plain(h.split("/")[1]) })); });
		function leaves() {
			leaf.textContent = "";
			ix.hosts[host.value].forEach(function (l) { leaf.append(make("option", { value: l, textContent: leafText(ix, l) })); });
		}
		function apply() {
			var p = host.value.split("/").map(encodeURIComponent).join("/") + "/" + encodeURIComponent(leaf.value).replace(/%3A/g, ":");
			var fig = $(".fig"), was = fig.dataset.g, now = "/g/" + p + "/" + range.value;
			all("[data-at=picture]").forEach(function (el) { el.textContent = el.textContent.replace(was, now); });
			all("[data-at=page]").forEach(function (el) { el.textContent = location.origin + "/h/" + p + "/"; });
			all("source, img", fig).forEach(function (el) { el.srcset = el.srcset.split(was).join(now); });
			$("img", fig).alt = leafText(ix, leaf.value) + " of " + plain(host.value.split("/")[1]);
			fig.dataset.g = now;
		}
		leaves();
		host.addEventListener("change", function () { leaves(); apply(); });
		leaf.addEventListener("change", apply);
		range.addEventListener("change", apply);
		at.append(host, leaf, range);
	});
}

/* ---- what a person looks at most ---------------------------------------------------- */
function views() {
	try { return JSON.parse(store("seen") || "{}"); } catch (e) { return {}; }
}
/* paths of series, the most seen first */
robin.seen = function () {
	var seen = views();
	return Object.keys(seen).sort(function (a, b) { return seen[b] - seen[a]; });
};
function remember() {
	var m = location.pathname.match(/^\/h\/([^/]+)\/([^/]+)\/([^/]+)\/$/), seen = views();
	if (!m || /^last-/.test(m[3])) return;
	m = m.slice(1).map(decodeURIComponent).join("/");
	seen[m] = (seen[m] || 0) + 1;
	var keep = Object.keys(seen).sort(function (a, b) { return seen[b] - seen[a]; }).slice(0, 60), out = {};
	keep.forEach(function (k) { out[k] = seen[k]; });
	store("seen", JSON.stringify(out));
}

/* ---- single values in text ------------------------------------------------------------ */
function showValues() {
	all("[data-value]").forEach(function (el) {
		var s = latest[el.dataset.value];
		if (s) setText(el, alone(s.values[el.dataset.m], el.dataset.u));
	});
	all("[data-share]").forEach(function (el) {
		var s = latest[el.dataset.share];
		if (!s) return;
		getIndex().then(function (ix) {
			var v = vitals(ix, [s]);
			Object.keys(pairs).some(function (k) {
				if (v[k]) setGauge($(".gauge", el), v[k].ratio);
				return v[k];
			});
		});
	});
}

/* ---- start ----------------------------------------------------------------------- */
robin.$ = $; robin.all = all; robin.make = make; robin.store = store; robin.plain = plain;
robin.value = value; robin.age = age; robin.getIndex = getIndex; robin.leafText = leafText;
robin.familyOf = familyOf; robin.instanceOf = instanceOf; robin.applyTheme = applyTheme; robin.fillNumbers = fillNumbers; robin.needMore = needMore; robin.soon = soon; robin.clock = clock; robin.utc = utc;
var tools = $("#tools");
if (tools) {
	var s = make("button", { type: "button", className: "find", textContent: "Search", title: "Search (/)" }, [make("kbd", { textContent: "/" })]);
	s.addEventListener("click", openFinder);
	var t = make("button", { type: "button", id: "theme" });
	t.addEventListener("click", nextTheme);
	tools.append(s, t);
}
liveButton();
var current = $("header nav [aria-current]");
if (current) { /* in the middle, where the menu is wider than its place */
	var menu = current.parentNode;
	menu.scrollLeft = current.offsetLeft - menu.offsetLeft - (menu.clientWidth - current.offsetWidth) / 2;
}
applyTheme();
localTimes();
tickAges();
soon(function () { remember(); copyButtons(); picker(); });
if (location.hash === "#kiosk") { needMore(); root.classList.add("kiosk"); }
setInterval(tickAges, 1000);
if ($("[data-value], [data-share]"))
	whenLoaded(function () { robin.onLatest(showValues); });
else if ($("[data-tile], tr[data-host]"))
	whenLoaded(poll);
var every = (+body.dataset.refresh || 60) * 1000;
setInterval(refreshPictures, Math.min(every, 10000)); /* their max-age says when a new one comes */
setInterval(refreshPage, every);
whenLoaded(hostState);
setInterval(hostState, every);
})();
