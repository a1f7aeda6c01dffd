import { chromium } from "playwright-core";
const [base, folder, host, only] = process.argv.slice(2);
const pages = { overview: "/", hosts: "/hosts/", host: `/h/local/${host}/`, family: `/h/local/${host}/cpu/`, comparelist: "/compare/", compare: "/compare/cpu/", explore: `/explore/#t=day&s=local/${host}/cpu/user&s=local/web1/cpu/user&s=local/web2/cpu/user`, explore0: "/explore/",
	dashboard: "/dashboards/web/", dashboards: "/dashboards/#d=eyJ0aXRsZSI6Ik15IGdyYXBocyIsInBhbmVscyI6W3sicCI6ImxvY2FsL3dlYjEvY3B1IiwiciI6ImRheSIsInciOnRydWV9LHsicCI6ImxvY2FsL3dlYjIvbWVtb3J5IiwiciI6ImRheSIsInciOmZhbHNlfSx7InAiOiJsb2NhbC9kYjEvbmV0IiwiciI6ImRheSIsInciOmZhbHNlfV19", dashboards0: "/dashboards/",
	alerts: "/alerts/", "alerts-history": "/alerts/history/", silences: "/alerts/silences/", events: "/events/", status: "/status/", page: "/pages/disk-full/", embed: "/embed/", kiosk: "/kiosk/", "not-found": "/nothing/here" };
const kinds = { "": { viewport: { width: 1280, height: 860 } },
	"-dark": { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
	"-narrow": { viewport: { width: 320, height: 760 } },
	"-tablet": { viewport: { width: 768, height: 1000 } },
	"-print": { viewport: { width: 900, height: 1000 }, print: true } };
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"] });
for (const [kind, options] of Object.entries(kinds)) {
	for (const [name, path] of Object.entries(pages)) {
		if (only && !only.split(",").includes(name + kind) && !only.split(",").includes(kind || "light")) continue;
		const page = await browser.newPage({ reducedMotion: "reduce", ...options });
		if (options.print) await page.emulateMedia({ media: "print" });
		page.on("console", m => { if (m.type() === "error" && name !== "not-found") console.log(name + kind, m.text()); });
		await page.goto(base + path, { waitUntil: "networkidle" }).catch(() => {});
		await page.waitForTimeout(500);
		const w = await page.evaluate(() => document.documentElement.scrollWidth);
		if (w > options.viewport.width) console.log(name + kind, "overflows", w);
		await page.screenshot({ path: `${folder}/${name}${kind}.png`, fullPage: true });
		await page.close();
	}
}
await browser.close();
