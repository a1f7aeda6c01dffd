/*
 * Dashboards of one's own: chosen, ordered and sized here, kept in this
 * browser, shared by the address, taken along as YAML.
 */
(function () {
"use strict";
var robin = window.robin, make = robin.make, at = document.getElementById("my");
var names = ["hour", "day", "week", "month", "year"], ix = null, ui = {}, shared = false;
var board = { title: "My dashboard", panels: [] }; /* panels: {p: path, r: range, w: wide} */

function enc(p) { return p.split("/").map(function (s) { return encodeURIComponent(s).replace(/%3A/g, ":"); }).join("/"); }
function known(p) {
	var s = p.split("/"), leaves = ix.hosts[s[0] + "/" + s[1]] || [], leaf = s.slice(2).join("/");
	return leaves.indexOf(leaf) >= 0 || leaves.some(function (l) { return robin.familyOf(l) === leaf; });
}
function words(p) {
	var s = p.split("/");
	return robin.leafText(ix, s.slice(2).join("/")) + " on " + robin.plain(s[1]);
}
function clean(b) {
	return { title: String(b.title || "My dashboard").slice(0, 80), panels: (Array.isArray(b.panels) ? b.panels : []).filter(function (x) {
		return x && typeof x.p === "string" && known(x.p) && names.indexOf(x.r) >= 0;
	}).slice(0, 60).map(function (x) { return { p: x.p, r: x.r, w: !!x.w }; }) };
}
function pack(b) { return btoa(unescape(encodeURIComponent(JSON.stringify(b)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""); }
function unpack(s) { return JSON.parse(decodeURIComponent(escape(atob(s.replace(/-/g, "+").replace(/_/g, "/"))))); }
function keep() {
	if (!shared) robin.store("my", JSON.stringify(board));
	draw();
}

/* ---- one panel --------------------------------------------------------------- */
function figure(x, i) {
	var base = "/g/" + enc(x.p), g = base + "/" + x.r, w = x.w ? 1240 : 720, h = 300;
	var img = make("img", { alt: words(x.p) + ", last " + x.r, loading: "lazy" });
	var src = make("source", { media: "(prefers-color-scheme: dark)" });
	img.setAttribute("width", w); img.setAttribute("height", h);
	src.srcset = g + "," + w + "x" + h + ",dark.png, " + g + "," + w + "x" + h + ",2x,dark.png 2x";
	img.srcset = g + "," + w + "x" + h + ".png, " + g + "," + w + "x" + h + ",2x.png 2x";
	var range = make("select", { ariaLabel: "Range" }, names.map(function (r) { return make("option", { value: r, textContent: r, selected: r === x.r }); }));
	range.addEventListener("change", function () { x.r = range.value; keep(); });
	function button(text, label, fn) {
		var b = make("button", { type: "button", textContent: text, ariaLabel: label, title: label });
		b.addEventListener("click", fn);
		return b;
	}
	var fig = make("figure", { className: "card fig" + (x.w ? " widefig" : "") }, [
		make("a", { className: "pic", href: "/h/" + enc(x.p) + "/" }, [make("picture", {}, [src, img])]),
		make("figcaption", {}, [make("a", { href: "/h/" + enc(x.p) + "/", textContent: words(x.p) }), range,
			button("\u2190", "Earlier in the row", function () { shift(i, -1); }),
			button("\u2192", "Later in the row", function () { shift(i, 1); }),
			button(x.w ? "\u25a1" : "\u25ad", x.w ? "Half width" : "Full width", function () { x.w = !x.w; keep(); }),
			button("\u00d7", "Remove", function () { board.panels.splice(i, 1); keep(); })])]);
	fig.dataset.g = g;
	return fig;
}
function shift(i, by) {
	var to = i + by, x = board.panels[i];
	if (to < 0 || to >= board.panels.length) return;
	board.panels.splice(i, 1);
	board.panels.splice(to, 0, x);
	keep();
	var f = ui.figs.children[to];
	if (f) f.querySelectorAll("button")[by < 0 ? 0 : 1].focus();
}

/* ---- the whole ------------------------------------------------------------------ */
function yaml() {
	return "title: " + JSON.stringify(board.title) + "\npanels:\n" + board.panels.map(function (x) {
		return "  - graph: " + JSON.stringify(x.p) + "\n    range: " + x.r + (x.w ? "\n    wide: yes" : "") + "\n";
	}).join("");
}
function suggest(text) {
	var w = text.toLowerCase().split(/\s+/).filter(Boolean), out = [];
	ui.list.textContent = "";
	if (!w.length) return;
	Object.keys(ix.hosts).forEach(function (h) {
		ix.hosts[h].forEach(function (l) { out.push(h + "/" + l); });
	});
	out.filter(function (p) {
		var hay = (words(p) + " " + p).toLowerCase();
		return w.every(function (x) { return hay.indexOf(x) >= 0; });
	}).slice(0, 10).forEach(function (p) {
		var b = make("button", { type: "button", textContent: words(p) });
		b.addEventListener("click", function () { add(p); });
		ui.list.append(make("li", {}, [b]));
	});
}
function add(p) {
	board.panels.push({ p: p, r: "day", w: false });
	ui.input.value = "";
	suggest("");
	keep();
}
function forYou() {
	var seen = {};
	try { seen = JSON.parse(robin.store("seen") || "{}"); } catch (e) { /* damaged: begin anew */ }
	var top = Object.keys(seen).filter(function (p) {
		return known(p) && !board.panels.some(function (x) { return x.p === p; });
	}).sort(function (a, b) { return seen[b] - seen[a]; }).slice(0, 6);
	ui.you.textContent = "";
	if (!top.length) return;
	ui.you.append("You look at these most: ");
	top.forEach(function (p) {
		var b = make("button", { type: "button", textContent: "+ " + words(p) });
		b.addEventListener("click", function () { add(p); });
		ui.you.append(b, " ");
	});
}
function draw() {
	ui.figs.textContent = "";
	board.panels.forEach(function (x, i) {
		var f = figure(x, i);
		ui.figs.append(f);
		robin.dress(f);
	});
	if (!board.panels.length)
		ui.figs.append(make("p", { className: "sub", textContent: "Nothing here yet: type a host or a graph above." }));
	if (ui.title.value !== board.title) ui.title.value = board.title;
	ui.yaml.textContent = yaml();
	forYou();
	robin.applyTheme();
}
function build() {
	ui.title = make("input", { className: "boardtitle", ariaLabel: "Title", value: board.title, maxLength: 80 });
	ui.input = make("input", { type: "search", placeholder: "add a graph: memory web1\u2026", ariaLabel: "Add a graph" });
	ui.list = make("ul", { className: "suggest" });
	ui.share = make("button", { type: "button", textContent: "Copy a link" });
	ui.mine = make("button", { type: "button", textContent: "Keep as mine", hidden: true });
	ui.you = make("p", { className: "parts" });
	ui.figs = make("div", { className: "figs" });
	ui.yaml = make("code", {});
	ui.title.addEventListener("change", function () { board.title = ui.title.value || "My dashboard"; keep(); });
	ui.input.addEventListener("input", function () { suggest(ui.input.value); });
	ui.input.addEventListener("keydown", function (e) {
		var first = robin.$("button", ui.list);
		if (e.key === "Enter" && first) first.click();
	});
	ui.share.addEventListener("click", function () {
		var link = location.origin + location.pathname + "#d=" + pack(board);
		navigator.clipboard.writeText(link).then(function () { ui.share.textContent = "Copied"; }, function () { location.hash = "d=" + pack(board); });
	});
	ui.mine.addEventListener("click", function () {
		shared = false;
		ui.mine.hidden = true;
		history.replaceState(null, "", location.pathname);
		keep();
	});
	at.append(make("div", { className: "bar-row" }, [ui.title, make("div", { className: "adder" }, [ui.input, ui.list]), ui.share, ui.mine]), ui.you, ui.figs,
		make("details", { className: "card prose" }, [make("summary", { textContent: "The same for everybody, as YAML" }),
			make("p", { textContent: "Put this into site/dashboards/NAME.yml beside the configuration file." }), make("pre", {}, [ui.yaml])]));
}
function begin() {
	var m = location.hash.match(/^#d=([\w-]+)$/);
	try {
		if (m) { board = clean(unpack(m[1])); shared = true; }
		else board = clean(JSON.parse(robin.store("my") || "{}"));
	} catch (e) { board = clean({}); }
	ui.mine.hidden = !shared;
	draw();
}
robin.getIndex().then(function (index) {
	ix = index;
	build();
	begin();
	window.addEventListener("hashchange", function () { if (/^#d=/.test(location.hash)) begin(); });
}).catch(function () { at.textContent = "The index of series cannot be read just now."; });
})();
