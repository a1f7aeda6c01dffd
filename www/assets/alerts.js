// Acknowledging and silencing from the page.  Everything here is also a line
// to copy; with a token that this browser keeps the buttons do it themselves.
(function () {
"use strict";
var doc = document, KEY = "robin-token";
function el(tag, props, kids) {
	var e = doc.createElement(tag);
	Object.keys(props || {}).forEach(function (k) { e[k] = props[k]; });
	(kids || []).forEach(function (k) { e.append(k); });
	return e;
}
function token() { try { return localStorage.getItem(KEY) || ""; } catch (e) { return ""; } }
function keep(value) { try { value ? localStorage.setItem(KEY, value) : localStorage.removeItem(KEY); } catch (e) { /* for this page only */ } }
function post(path, body) {
	return fetch(path, { method: "POST", headers: { "Content-Type": "application/json", Authorization: "Bearer " + token() }, body: JSON.stringify(body) })
		.then(function (r) {
			if (r.ok) return;
			return r.json().catch(function () { return {}; }).then(function (j) {
				throw new Error(r.status === 401 || r.status === 403 ? "This token is not accepted" : j.detail || "It failed (" + r.status + ")");
			});
		});
}
function button(text, act, done) {
	var say = el("span", { role: "status" }), b = el("button", { type: "button", textContent: text });
	b.addEventListener("click", function () {
		b.disabled = true;
		say.textContent = "";
		act().then(function () { say.textContent = " " + done; }, function (e) { b.disabled = false; say.textContent = " " + e.message; });
	});
	return [b, say];
}
// the token is typed once and stays in this browser
function tokenField(changed) {
	var input = el("input", { type: "password", autocomplete: "off", value: token() });
	input.addEventListener("change", function () { keep(input.value.trim()); changed(); });
	return el("label", {}, [el("span", { textContent: "Token " }), input]);
}

function acks() {
	doc.querySelectorAll("[data-ack]:empty").forEach(function (p) {
		var undo = p.dataset.acked === "1";
		if (!token()) {
			p.append(tokenField(function () { doc.querySelectorAll("[data-ack]").forEach(function (x) { x.replaceChildren(); }); acks(); }));
			return;
		}
		button(undo ? "No longer acknowledged" : "Acknowledge", function () {
			return post("/api/v1/alerts/ack", { id: p.dataset.ack, acked: !undo });
		}, "Noted; it shows within a minute.").forEach(function (x) { p.append(x); });
	});
}
function ends() {
	if (!token()) return;
	doc.querySelectorAll("[data-end]:has(code)").forEach(function (td) {
		td.replaceChildren.apply(td, button("End", function () {
			return post("/api/v1/silences", { remove: td.dataset.end });
		}, "Ended."));
	});
}

var spans = [["30m", "30 minutes"], ["2h", "2 hours"], ["8h", "8 hours"], ["1d", "a day"], ["7d", "a week"]];
var seconds = { m: 60, h: 3600, d: 86400 };
function form() {
	var at = doc.getElementById("silence"), line = doc.getElementById("line");
	if (!at) return;
	var first = new URLSearchParams(location.hash.slice(1)), fields = {};
	function field(name, label, props) {
		fields[name] = el("input", props);
		fields[name].value = first.get(name) || "";
		return el("label", {}, [el("span", { textContent: label }), fields[name]]);
	}
	var span = el("select", {}, spans.map(function (s) { return el("option", { value: s[0], textContent: s[1] }); }));
	span.value = "2h";
	var from = el("input", { type: "datetime-local" }), go = el("p");
	function matchers() {
		var m = {};
		["host", "rule", "cluster"].forEach(function (k) { var v = fields[k].value.trim(); if (v) m[k] = v; });
		return m;
	}
	function times() {
		var f = from.value ? Math.floor(new Date(from.value).getTime() / 1000) : 0, n = parseInt(span.value, 10) * seconds[span.value.slice(-1)];
		return { from: f, until: (f || Math.floor(Date.now() / 1000)) + n };
	}
	function quote(v) { return /^[\w.*?|:@%+=,/-]+$/.test(v) ? v : "'" + v.replace(/'/g, "'\\''") + "'"; }
	function show() {
		var m = matchers(), t = times(), text = "robin alert silence add";
		Object.keys(m).forEach(function (k) { text += " " + quote(k + "=" + m[k]); });
		if (!Object.keys(m).length) text += " host=…";
		if (t.from) text += " --from " + new Date(t.from * 1000).toISOString().slice(0, 19) + "Z";
		text += " --for " + span.value;
		if (fields.comment.value) text += " --comment " + quote(fields.comment.value);
		line.textContent = text;
	}
	function ready() {
		go.replaceChildren();
		if (!token()) {
			go.textContent = "With a token this page can do it; without one, copy the line.";
			return;
		}
		button("Silence", function () {
			var m = matchers(), t = times(), body = { matchers: m, until: t.until, comment: fields.comment.value };
			if (!Object.keys(m).length) return Promise.reject(new Error("Say a host, a rule or a cluster"));
			if (t.from) body.from = t.from;
			return post("/api/v1/silences", body);
		}, "Silenced; it is listed within a minute.").forEach(function (x) { go.append(x); });
	}
	at.className += " fields";
	at.append(field("host", "Host", { placeholder: "web*" }), field("rule", "Rule", { placeholder: "disk_*" }), field("cluster", "Cluster", {}),
		el("label", {}, [el("span", { textContent: "Begins (empty: now)" }), from]), el("label", {}, [el("span", { textContent: "For" }), span]),
		field("comment", "Why", { maxLength: 190 }), tokenField(function () { ready(); ends(); }));
	at.after(go);
	at.addEventListener("input", show);
	show();
	ready();
}
acks();
ends();
form();
new MutationObserver(function () { acks(); ends(); }).observe(doc.getElementById("main"), { childList: true });
})();
