// SPDX-License-Identifier: MIT
// The site in Chromium over the real stack: site.mjs BASE OWN-HOST OTHER-HOST
// STATE prints TAP.  Every page loads without a console error, with and without
// scripts, at three widths; values live, zoom, pan, theme, range, search,
// own dashboards, explorer and kiosk work; axe and html-validate find nothing.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { HtmlValidate } from "html-validate";
import { mine } from "./mine.mjs";

const [base, own, other, state] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let n = 0, bad = 0;
function ok(good, name, why = "") {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) String(why).split("\n").slice(0, 12).forEach((l) => console.log(`# ${l}`));
}

const pages = ["/", "/hosts/", `/h/local/${own}/`, `/h/local/${own}/last-hour/`, `/h/local/${other}/`, `/h/local/${other}/last-week/`, `/h/local/${other}/cpu/`,
	"/compare/", "/compare/cpu/", "/explore/", "/dashboards/", "/dashboards/test/", "/alerts/", "/alerts/history/", "/alerts/silences/", "/events/", "/status/", "/pages/", "/pages/test/", "/embed/", "/kiosk/", "/404.html"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"] });

async function open(path, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
	const page = await context.newPage();
	page.problems = [];
	page.on("console", (m) => { if (["error", "warning"].includes(m.type())) page.problems.push(m.text()); });
	if (path.includes("404")) page.removeAllListeners("console");
	page.on("pageerror", (e) => page.problems.push(e.message));
	page.on("response", (r) => { if (r.status() >= 400 && !path.includes("404")) page.problems.push(`${r.status()} ${r.url()}`); });
	page.on("requestfailed", (r) => { if (!/ERR_ABORTED/.test(r.failure().errorText)) page.problems.push(`failed ${r.url()}`); });
	if (path) await page.goto(base + path, { waitUntil: "load" });
	return page;
}
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// ---- every page --------------------------------------------------------------
const validate = new HtmlValidate({ extends: ["html-validate:recommended"],
	rules: { "no-trailing-whitespace": "off", "void-style": "off", "long-title": "off", "svg-focusable": "off", "doctype-style": "off", "attribute-boolean-style": "off", "no-inline-style": "error", "prefer-native-element": "off" } });
for (const path of pages) {
	const html = path === "/404.html" ? await (await fetch(base + "/no/such/page")).text() : await (await fetch(base + path)).text();
	const report = await validate.validateString(html);
	ok(report.valid, `${path} is valid HTML`, report.results.flatMap((r) => r.messages.map((m) => `${m.line}:${m.column} ${m.ruleId} ${m.message}`)).join("\n"));
	const address = path === "/404.html" ? "/no/404/page" : path;
	const page = await open(address);
	for (const width of [320, 768, 1440]) {
		await page.setViewportSize({ width, height: 900 });
		await page.waitForTimeout(100);
		ok(await wide(page) <= 0, `${path} fits ${width} pixels`, `${await wide(page)} too wide`);
	}
	await page.waitForTimeout(300);
	for (const scheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
		const result = await page.evaluate(async ([source, dark]) => {
			if (!window.axe) (0, Function)(source)();
			return (await window.axe.run(dark ? { runOnly: { type: "rule", values: ["color-contrast"] } } : { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations.map((v) => `${v.id}: ${v.nodes.length} ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`);
		}, [axe, scheme === "dark"]).catch((e) => [String(e)]);
		ok(result.length === 0, `${path} is accessible, ${scheme}`, result.join("\n"));
	}
	ok(page.problems.length === 0, `${path} has a quiet console`, page.problems.join("\n"));
	await page.context().close();
	const plain = await open(address, { javaScriptEnabled: false });
	ok((await plain.textContent("h1")).trim().length > 1 && plain.problems.length === 0, `${path} reads without scripts`, plain.problems.join("\n"));
	await plain.context().close();
}

// ---- a fresh graph and a live value ---------------------------------------------
{
	const page = await open(`/h/local/${own}/last-hour/`);
	await page.waitForFunction(() => /\d/.test(document.querySelector("[data-tile=cpu] text").textContent), null, { timeout: 20000 });
	ok(true, "a gauge shows a live value");
	const img = await page.evaluate(() => { const i = document.querySelector(".fig img"); return { w: i.naturalWidth, shown: i.complete, a: i.width / i.height, b: +i.getAttribute("width") / +i.getAttribute("height") }; });
	ok(img.shown && img.w >= 700, "a graph is shown", JSON.stringify(img));
	ok(Math.abs(img.a - img.b) < 0.02, "in the shape that was reserved for it", JSON.stringify(img));
	const geometry = await page.evaluate(async () => JSON.parse((await fetch(document.querySelector(".fig img").currentSrc)).headers.get("X-Robin-Geometry")));
	ok(Date.now() / 1000 - geometry.to < 120, "the graph is fresh", JSON.stringify(geometry));
	const age = () => page.textContent("[data-host-note] [data-age]");
	const first = await page.getAttribute("[data-host-note] [data-age]", "data-age");
	await page.waitForFunction((was) => document.querySelector("[data-host-note] [data-age]").dataset.age !== was, first, { timeout: 30000 });
	ok(/\d/.test(await age()), "the value is renewed without a reload");
	const shift = await page.evaluate(() => new Promise((done) => new PerformanceObserver((l) => done(l.getEntries().reduce((s, e) => s + e.value, 0))).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 500)));
	ok(shift < 0.02, "nothing jumped while it loaded", shift);
	await page.context().close();
}

// ---- over the pictures -----------------------------------------------------------
{
	const page = await open(`/h/local/${other}/`);
	const pic = page.locator(".fig .pic").first(), box = await pic.boundingBox();
	await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.25);
	await page.waitForTimeout(1200);
	await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.25);
	await page.waitForSelector(".tip b", { state: "visible", timeout: 8000 });
	ok(/\d/.test(await page.textContent(".tip")), "a crosshair tells values");
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.25, { steps: 4 });
	await page.mouse.up();
	await page.waitForFunction(() => /^#t=\d+~\d+$/.test(location.hash));
	const zoomed = await page.evaluate(() => location.hash.match(/\d+/g).map(Number));
	ok(zoomed[1] - zoomed[0] > 3 * 3600 && zoomed[1] - zoomed[0] < 8 * 3600, "dragging zooms to what was dragged over", zoomed);
	ok(await page.evaluate((t) => Array.from(document.querySelectorAll(".fig img")).every((i) => i.srcset.includes(`/${t[0]}~${t[1]},`)), zoomed), "all pictures go along");
	await page.waitForTimeout(1500);
	await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.25);
	await page.waitForTimeout(1200);
	await page.keyboard.down("Shift");
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.25, { steps: 4 });
	await page.mouse.up();
	await page.keyboard.up("Shift");
	await page.waitForFunction((was) => location.hash !== `#t=${was[0]}~${was[1]}`, zoomed);
	const panned = await page.evaluate(() => location.hash.match(/\d+/g).map(Number));
	ok(panned[0] < zoomed[0] && Math.abs(panned[1] - panned[0] - (zoomed[1] - zoomed[0])) < 5, "shift and dragging pans", `${zoomed} ${panned}`);
	await page.goBack();
	await page.waitForFunction((t) => location.hash === `#t=${t[0]}~${t[1]}`, zoomed);
	await page.goBack();
	await page.waitForFunction(() => document.querySelector(".fig img").srcset.includes("/day,"));
	ok(true, "the back button goes back");
	await page.keyboard.press("-");
	await page.waitForFunction(() => /^#t=/.test(location.hash));
	ok(true, "keys zoom too");
	await page.keyboard.press("0");
	await page.keyboard.press("3");
	await page.waitForURL("**/last-week/");
	ok(true, "a key chooses the range");
	await page.locator(".nums summary").first().click();
	await page.waitForFunction(() => /\d/.test(document.querySelector(".nums tbody td")?.textContent || ""), null, { timeout: 8000 });
	ok(true, "the numbers stand in a table");
	ok(page.problems.length === 0, "all that without a console error", page.problems.join("\n"));
	await page.context().close();
}

// ---- theme, search, keys -----------------------------------------------------------
{
	const page = await open("/", { colorScheme: "light" });
	const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0] < 60);
	ok(!(await dark()), "it is light where the system is");
	await page.click("#theme");
	await page.click("#theme");
	ok(await dark(), "and dark by choice");
	await page.reload();
	ok(await dark(), "also after a reload");
	await page.waitForFunction(() => document.querySelector(".fig img").currentSrc.includes(",dark"), null, { timeout: 8000 });
	ok(true, "the pictures are dark as well");
	await page.keyboard.press("/");
	await page.keyboard.type(`${other} memory`);
	await page.waitForSelector(".finder li a");
	await page.keyboard.press("Enter");
	await page.waitForURL(`**/h/local/${other}/**`);
	ok(true, "search finds a graph");
	await page.keyboard.press("?");
	ok(await page.isVisible("#keys"), "? lists the keys");
	await page.keyboard.press("Escape");
	await page.keyboard.press("k");
	await page.waitForTimeout(300);
	ok(!(await page.isVisible("header")), "kiosk leaves the page alone");
	ok(page.problems.length === 0, "without a console error", page.problems.join("\n"));
	await page.context().close();
}

// ---- explorer ------------------------------------------------------------------------------
{
	const page = await open("/explore/"), charts = [];
	page.on("request", (r) => { if (r.url().includes("/a/uplot")) charts.push(r.url()); });
	await page.waitForSelector(".chips li [data-now]");
	const live = await page.getAttribute("#explore", "data-uplot") !== null;
	await page.waitForFunction(() => document.querySelector("#explore .fig img")?.naturalWidth > 0);
	ok(charts.length === 0, "it begins with a picture, without the chart's scripts", charts);
	const first = await page.evaluate(() => [document.querySelector("#explore .fig").offsetHeight, document.querySelectorAll(".chips li").length]);
	if (live) {
		await page.hover("#explore .fig");
		await page.waitForSelector(".chart canvas");
		const high = await page.locator(".chart").evaluate((el) => el.offsetHeight);
		ok(Math.abs(high - first[0]) <= 2, "a chart takes its place when somebody points at it, as high", [high, first[0]]);
	} else {
		ok(first[1] > 0, "a chart takes its place when somebody points at it, as high # SKIP uPlot is not built in");
	}
	const was = await page.locator(".chips li").count();
	await page.fill("#explore input[type=search]", `memory ${other}`);
	await page.waitForSelector(".suggest button");
	await page.keyboard.press("Enter");
	await page.waitForFunction((k) => document.querySelectorAll(".chips li").length === k + 1, was);
	ok((await page.evaluate(() => location.hash)).includes(`local/${other}/`), "a series is added and the address knows it");
	await page.click(".ranges [data-range=day]");
	await page.waitForFunction(() => location.hash.startsWith("#t=day"));
	if (live) {
		await page.waitForTimeout(1000);
		const box = await page.locator(".u-over").boundingBox();
		await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
		await page.mouse.up();
		await page.waitForFunction(() => /^#t=\d+~\d+/.test(location.hash));
		ok(true, "dragging zooms the live chart");
		await page.goBack();
		await page.waitForFunction(() => location.hash.startsWith("#t=day"));
		ok(true, "and the back button goes back");
	} else {
		ok(true, "dragging zooms the live chart # SKIP uPlot is not built in");
		ok(true, "and the back button goes back # SKIP uPlot is not built in");
	}
	ok(page.problems.length === 0, "without a console error", page.problems.join("\n"));
	await page.context().close();
}

// ---- bytes of the first view -------------------------------------------------------------------
{
	const page = await open("");
	const got = { document: 0, stylesheet: 0, script: 0 };
	page.on("response", async (r) => {
		const type = r.request().resourceType();
		if (type in got) got[type] += (await r.request().sizes()).responseBodySize;
	});
	await page.goto(base + "/", { waitUntil: "networkidle" });
	ok(got.document > 0 && got.document <= 30720, `HTML of the first view: ${got.document} bytes`);
	ok(got.stylesheet > 0 && got.stylesheet <= 10240, `CSS of the first view: ${got.stylesheet} bytes`);
	ok(got.script > 0 && got.script <= 35840, `scripts of the first view: ${got.script} bytes`);
	await page.context().close();
}

// last: it gives the site a login
await mine({ ok, open, base, other, state });
await browser.close();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
