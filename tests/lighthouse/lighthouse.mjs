// SPDX-License-Identifier: MIT
// Lighthouse over the pages people look at: lighthouse.mjs BASE HOST prints
// TAP.  What does not depend on the machine must be 95 or more; performance
// is printed as a table (desktop and mobile), with what cost most.
import lighthouse, { desktopConfig } from "lighthouse";
import { launch } from "chrome-launcher";

const [base, host] = process.argv.slice(2);
const pages = { overview: "/", host: `/h/local/${host}/`, explorer: "/explore/", status: "/status/", events: "/events/", compare: "/compare/cpu/", dashboards: "/dashboards/", dashboard: "/dashboards/test/" };
const exact = ["accessibility", "best-practices", "seo"], need = 95;
const only = (process.env.PAGES || "").split(",").filter(Boolean);
const chrome = await launch({ chromePath: process.env.CHROMIUM || "/usr/bin/chromium", logLevel: "silent",
	chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"] });
let n = 0, bad = 0;
const rows = [];
for (const [name, path] of Object.entries(pages)) {
	if (only.length && !only.includes(name)) continue;
	const row = { name };
	for (const [kind, config] of [["desktop", desktopConfig], ["mobile", undefined]]) {
		const { lhr } = await lighthouse(base + path, { port: chrome.port, logLevel: "silent" }, config);
		if (lhr.runtimeError) throw new Error(`${base + path}: ${lhr.runtimeError.message}`);
		const score = (id) => Math.round(100 * (lhr.categories[id].score ?? 0));
		row[kind] = score("performance");
		row[kind + "Shift"] = lhr.audits["cumulative-layout-shift"].numericValue;
		row[kind + "Paint"] = lhr.audits["largest-contentful-paint"].numericValue;
		row[kind + "Blocked"] = lhr.audits["total-blocking-time"].numericValue;
		if (process.env.WHY)
			for (const ref of lhr.categories.performance.auditRefs.filter((r) => r.weight > 0 || (lhr.audits[r.id].metricSavings && (lhr.audits[r.id].score ?? 1) < 0.9)))
				console.log(`# ${name} ${kind} ${ref.id}: ${lhr.audits[ref.id].score} ${lhr.audits[ref.id].displayValue || ""} ${JSON.stringify(lhr.audits[ref.id].metricSavings || "")}`);
		for (const id of exact) {
			const good = score(id) >= need;
			n++;
			if (!good) bad++;
			console.log(`${good ? "ok" : "not ok"} ${n} - ${name}, ${kind}: ${id} ${score(id)}`);
			if (!good)
				for (const ref of lhr.categories[id].auditRefs.filter((r) => r.weight > 0 && (lhr.audits[r.id].score ?? 1) < 1))
					console.log(`# ${ref.id}: ${lhr.audits[ref.id].title} ${JSON.stringify(lhr.audits[ref.id].details?.items?.slice(0, 2) ?? "").slice(0, 300)}`);
		}
	}
	rows.push(row);
}
await chrome.kill();
console.log("# performance      desktop  shift  paint ms  blocked ms   mobile  shift  paint ms  blocked ms");
for (const r of rows)
	console.log("# " + r.name.padEnd(16) + ["desktop", "mobile"].map((k) => `${String(r[k]).padStart(8)}  ${r[k + "Shift"].toFixed(3)}  ${r[k + "Paint"].toFixed(0).padStart(8)}  ${r[k + "Blocked"].toFixed(0).padStart(10)}`).join(" "));
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
