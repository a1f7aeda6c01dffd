/*
 * Dashboards of one's own: graphs chosen, ordered and sized here.  They are
 * kept on the server when it says who somebody is, else in this browser;
 * shared by the address, taken along as YAML.
 */
(function () {
"use strict";
var robin = window.robin, make = robin.make, at = document.getElementById("my"), API = "/api/v1/dashboards";
var names = ["hour", "day", "week", "month", "year"], ix = null, ui = {}, shelf = null;
var board = null, open = null, timer = 0; /* open: its entry on the shelf; null: not kept (shared, for you) */

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
	return { title: String((b && b.title) || "My dashboard").slice(0, 80), panels: (b && Array.isArray(b.panels) ? b.panels : []).map(function (x) {
		return { graph: x && (x.graph || x.p), range: x && (x.range || x.r), wide: !!(x && (x.wide || x.w)) };
	}).filter(function (x) { return typeof x.graph === "string" && known(x.graph) && names.indexOf(x.range) >= 0; }).slice(0, 60) };
}
function pack(b) { return btoa(unescape(encodeURIComponent(JSON.stringify(b)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""); }
function unpack(s) { return JSON.parse(decodeURIComponent(escape(atob(s.replace(/-/g, "+").replace(/_/g, "/"))))); }
function button(text, label, fn) {
	var b = make("button", { type: "button", textContent: text });
	if (label) { b.title = label; b.setAttribute("aria-label", label); }
	b.addEventListener("click", fn);
	return b;
}

/* ---- where they are kept: list, get, put and remove of either kind ------------ */
function here() {
	var all = {}, old = robin.store("my");
	try { all = JSON.parse(robin.store("boards") || "{}"); } catch (e) { /* damaged: begin anew */ }
	try { if (old && !all["my-dashboard"]) all["my-dashboard"] = JSON.parse(old); } catch (e) { /* the same */ }
	function keep() { robin.store("boards", JSON.stringify(all)); robin.store("my", null); return Promise.resolve(); }
	return { where: "Kept in this browser.",
		list: Object.keys(all).map(function (n) { return { name: n, title: String(all[n].title) }; }),
		get: function (e) { return Promise.resolve(all[e.name]); },
		put: function (e, b) { all[e.name] = b; return keep(); },
		remove: function (e) { delete all[e.name]; return keep(); } };
}
function there(said) {
	function ask(method, e, b) {
		var h = e.etag ? { "If-Match": e.etag } : { "If-None-Match": "*" };
		if (b) h["Content-Type"] = "application/json";
		return fetch(API + "/" + e.name, { method: method, headers: h, body: b && JSON.stringify(b) }).then(function (r) {
			if (r.ok) { e.etag = r.headers.get("ETag"); return r; }
			return r.json().then(function (j) { throw Object.assign(new Error(j.detail), { status: r.status }); });
		});
	}
	return { where: "Kept on the server for " + said.user + ".", list: said.dashboards,
		get: function (e) {
			return fetch(API + "/" + e.name, { cache: "no-store" }).then(function (r) {
				if (!r.ok) throw Object.assign(new Error(e.title + " cannot be read just now."), { status: r.status });
				e.etag = r.headers.get("ETag");
				return r.json();
			});
		},
		put: function (e, b) { return ask("PUT", e, b); },
		remove: function (e) { return ask("DELETE", e); } };
}
function say(text, buttons) {
	ui.note.textContent = text;
	(buttons || []).forEach(function (b) { ui.note.append(" ", b); });
}
/* one request at a time; what changes meanwhile goes with the next */
var saving = null, again = false;
function save() {
	timer = 0;
	if (!open) return Promise.resolve();
	if (saving) { again = true; return saving; }
	var e = open;
	saving = shelf.put(e, board).then(function () {
		e.kept = true;
		ui.gone.hidden = !open;
		say(shelf.where + " Saved.");
	}, function (x) {
		again = false;
		if (x.status !== 412) return say("Not saved: " + x.message);
		say("Another window changed this dashboard.", [button("Show that one", "", function () { select(e); }),
			button("Keep this one", "", function () { shelf.get(e).catch(function () { e.etag = null; }).then(save); })]);
	}).then(function () {
		saving = null;
		if (again) { again = false; return save(); }
	});
	return saving;
}
function changed() {
	if (open) {
		open.title = board.title;
		clearTimeout(timer);
		timer = setTimeout(save, 300);
	}
	draw();
}
window.addEventListener("pagehide", function () { if (timer) { clearTimeout(timer); save(); } });

/* ---- one panel --------------------------------------------------------------- */
function both(g, w, h, option) { return g + "," + w + "x" + h + option + ".png, " + g + "," + w + "x" + h + ",2x" + option + ".png 2x"; }
/* a phone's picture is as narrow as it is shown, and has its legend below */
function source(g, narrow, w, h, option) {
	var media = (narrow ? ["(max-width: 480px)"] : []).concat(option ? ["(prefers-color-scheme: dark)"] : []).join(" and ");
	var el = make("source", { media: media, srcset: both(g, w, h, option) });
	el.setAttribute("width", w); el.setAttribute("height", h);
	return el;
}
function figure(x, i) {
	var base = "/g/" + enc(x.graph), g = base + "/" + x.range, w = x.wide ? 1240 : 720, h = 300;
	var img = make("img", { alt: words(x.graph) + ", last " + x.range, loading: "lazy" });
	var f = ix.families[robin.familyOf(x.graph.split("/")[2])], tall = 200 + 14 * (Math.min(12, f ? f.metrics.length : 4) + 1);
	img.setAttribute("width", w); img.setAttribute("height", h);
	img.srcset = both(g, w, h, "");
	var range = make("select", { ariaLabel: "Range" }, names.map(function (r) { return make("option", { value: r, textContent: r, selected: r === x.range }); }));
	range.addEventListener("change", function () { x.range = range.value; changed(); });
	var fig = make("figure", { className: "card fig" + (x.wide ? " widefig" : "") }, [
		make("a", { className: "pic", href: "/h/" + enc(x.graph) + "/" }, [make("picture", {}, [source(g, true, 400, tall, ",dark"), source(g, true, 400, tall, ""), source(g, false, w, h, ",dark"), img])]),
		make("figcaption", {}, [make("a", { href: "/h/" + enc(x.graph) + "/", textContent: words(x.graph) }), range,
			button("\u2190", "Earlier in the row", function () { shift(i, i - 1); }),
			button("\u2192", "Later in the row", function () { shift(i, i + 1); }),
			button(x.wide ? "\u25a1" : "\u25ad", x.wide ? "Half width" : "Full width", function () { x.wide = !x.wide; changed(); }),
			button("\u00d7", "Remove", function () { board.panels.splice(i, 1); changed(); })])]);
	fig.dataset.g = g;
	draggable(fig, i);
	return fig;
}
var dragged = -1;
/* by its caption: over the picture dragging is zooming */
function draggable(fig, i) {
	var cap = fig.lastChild;
	cap.draggable = true;
	cap.addEventListener("dragstart", function (e) {
		dragged = i;
		e.dataTransfer.effectAllowed = "move";
		e.dataTransfer.setDragImage(fig, 20, 20);
	});
	cap.addEventListener("dragend", function () { dragged = -1; });
	fig.addEventListener("dragover", function (e) { if (dragged >= 0) { e.preventDefault(); fig.classList.add("over"); } });
	fig.addEventListener("dragleave", function () { fig.classList.remove("over"); });
	fig.addEventListener("drop", function (e) {
		e.preventDefault();
		fig.classList.remove("over");
		if (dragged >= 0 && dragged !== i) shift(dragged, i);
	});
}
function shift(i, to) {
	if (to < 0 || to >= board.panels.length) return;
	board.panels.splice(to, 0, board.panels.splice(i, 1)[0]);
	changed();
	var f = ui.figs.children[to];
	if (f) robin.all("button", f)[to < i ? 0 : 1].focus();
}

/* ---- choosing ------------------------------------------------------------------ */
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
		ui.list.append(make("li", {}, [button(words(p), "", function () { add(p); })]));
	});
}
function add(p) {
	if (!open) { adopt(); }
	board.panels.push({ graph: p, range: "day", wide: false });
	ui.input.value = "";
	suggest("");
	changed();
}
function most() { return robin.seen().filter(known); }
/* without a habit yet: what the first hosts are asked about most */
function usual() {
	var out = [];
	["cpu_used", "memory_used", "disk_used", "network_in"].forEach(function (role) {
		Object.keys(ix.hosts).slice(0, 2).forEach(function (h) {
			var leaf = ix.hosts[h].filter(function (l) {
				var f = ix.families[robin.familyOf(l)];
				return f && f.metrics.some(function (m) { return m.role === role; });
			})[0];
			if (leaf) out.push(h + "/" + leaf);
		});
	});
	return out;
}
function offer() {
	var seen = most(), list = (seen.length ? seen : usual()).filter(function (p) {
		return !board.panels.some(function (x) { return x.graph === p; });
	}).slice(0, 6);
	ui.you.textContent = "";
	if (open && list.length) ui.you.append(seen.length ? "You look at these most: " : "For a start: ");
	if (open) list.forEach(function (p) { ui.you.append(button("+ " + words(p), "", function () { add(p); }), " "); });
}

/* ---- the whole ------------------------------------------------------------------ */
function yaml() {
	return "title: " + JSON.stringify(board.title) + "\npanels:\n" + board.panels.map(function (x) {
		return "  - graph: " + JSON.stringify(x.graph) + "\n    range: " + x.range + (x.wide ? "\n    wide: yes" : "") + "\n";
	}).join("");
}
function tabs() {
	function tab(title, on, fn) {
		var b = button(title, "", fn);
		b.setAttribute("aria-pressed", on ? "true" : "false");
		ui.tabs.append(b);
	}
	ui.tabs.textContent = "";
	if (most().length) tab("For you", !open && board.auto, forYou);
	shelf.list.forEach(function (e) { tab(e.title, e === open, function () { select(e); }); });
	if (!open && !board.auto) tab(board.title, true, function () { /* it is shown */ });
	ui.tabs.append(button("+", "A new dashboard", function () { board = clean({ title: "My dashboard" }); adopt(); changed(); ui.title.select(); }));
}
function draw() {
	tabs();
	ui.figs.textContent = "";
	board.panels.forEach(function (x, i) {
		var f = figure(x, i);
		ui.figs.append(f);
		robin.dress(f);
	});
	if (!board.panels.length)
		ui.figs.append(make("p", { className: "card nothing", textContent: "Nothing here yet. Type a host or a graph above, or take one of these." }));
	if (ui.title.value !== board.title) ui.title.value = board.title;
	ui.title.readOnly = !open;
	ui.mine.hidden = !!open;
	ui.gone.hidden = !open || !open.kept;
	ui.yaml.textContent = yaml();
	offer();
	robin.applyTheme();
}
function unique(title) {
	var base = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 36) || "dashboard", name = base, n = 2;
	while (shelf.list.some(function (e) { return e.name === name; })) name = base + "-" + n++;
	return name;
}
/* what is shown becomes one of the reader's own */
function adopt() {
	board = clean(board);
	open = { name: unique(board.title), title: board.title, kept: true };
	shelf.list.push(open);
	history.replaceState(null, "", location.pathname + "#b=" + open.name);
}
function show(b, e) {
	board = clean(b);
	open = e;
	if (e) history.replaceState(null, "", location.pathname + "#b=" + e.name);
	say(e ? shelf.where : "");
	draw();
}
function select(e) {
	(timer ? (clearTimeout(timer), save()) : Promise.resolve()).then(function () { return shelf.get(e); }).then(function (b) {
		e.kept = true;
		show(b, e);
	}).catch(function (x) { say(x.message); });
}
function forYou() {
	board = clean({ title: "For you", panels: most().slice(0, 8).map(function (p) { return { graph: p, range: "day" }; }) });
	board.auto = true;
	open = null;
	history.replaceState(null, "", location.pathname + "#you");
	say("What you look at most, from this browser's memory.");
	draw();
}
function remove() {
	var e = open;
	clearTimeout(timer);
	timer = 0;
	(e.etag === undefined && saving ? saving : Promise.resolve()).then(function () { return shelf.remove(e); }).then(function () {
		shelf.list.splice(shelf.list.indexOf(e), 1);
		history.replaceState(null, "", location.pathname);
		begin();
		say("Removed.");
	}).catch(function (x) { say("Not removed: " + x.message); });
}
function build() {
	ui.tabs = make("div", { className: "tabs", role: "group", ariaLabel: "Your dashboards" });
	ui.title = make("input", { className: "boardtitle", ariaLabel: "Title", maxLength: 80 });
	ui.input = make("input", { type: "search", placeholder: "add a graph: memory web1\u2026", ariaLabel: "Add a graph" });
	ui.list = make("ul", { className: "suggest" });
	ui.share = button("Copy a link", "", function () {
		var link = location.origin + location.pathname + "#d=" + pack({ title: board.title, panels: board.panels });
		navigator.clipboard.writeText(link).then(function () { ui.share.textContent = "Copied"; }, function () { location.href = link; });
	});
	ui.mine = button("Keep as mine", "", function () { adopt(); changed(); });
	ui.gone = button("Remove", "Remove this dashboard", remove);
	ui.you = make("p", { className: "parts" });
	ui.note = make("p", { className: "sub note", role: "status" });
	ui.figs = make("div", { className: "figs" });
	ui.yaml = make("code", {});
	ui.title.addEventListener("change", function () { board.title = ui.title.value || "My dashboard"; changed(); });
	ui.input.addEventListener("input", function () { suggest(ui.input.value); });
	ui.input.addEventListener("keydown", function (e) {
		var first = robin.$("button", ui.list);
		if (e.key === "Enter" && first) first.click();
		if (e.key === "Escape") { ui.input.value = ""; suggest(""); }
	});
	at.append(make("h2", { className: "sec", textContent: "Yours" }), ui.tabs,
		make("div", { className: "bar-row" }, [ui.title, make("div", { className: "adder" }, [ui.input, ui.list]), ui.share, ui.mine, ui.gone]), ui.note, ui.you, ui.figs,
		make("details", { className: "card prose" }, [make("summary", { textContent: "The same for everybody, as YAML" }),
			make("p", { textContent: "Put this into site/dashboards/NAME.yml beside the configuration file." }), make("pre", {}, [ui.yaml])]));
}
function begin() {
	var m = location.hash.match(/^#([bd])=([\w-]+)$/), e = null;
	if (m && m[1] === "d") {
		try { show(unpack(m[2]), null); say("Somebody shared this with you."); return; } catch (x) { /* not one: as without */ }
	}
	if (location.hash === "#you" && most().length) return forYou();
	e = shelf.list.filter(function (x) { return m && x.name === m[2]; })[0] || shelf.list[0];
	if (e) return select(e);
	show({}, null);
	open = { name: "my-dashboard", title: board.title };
	shelf.list.push(open);
	say(shelf.where);
	draw();
}
Promise.all([robin.getIndex(), fetch(API, { cache: "no-store" }).then(function (r) { return r.ok ? r.json() : {}; }, function () { return {}; })]).then(function (got) {
	ix = got[0];
	shelf = got[1].user ? there(got[1]) : here();
	build();
	begin();
	window.addEventListener("hashchange", function () { if (/^#[bd]=/.test(location.hash)) begin(); });
}).catch(function () { at.textContent = "The index of series cannot be read just now."; });
})();
