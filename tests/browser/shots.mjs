// SPDX-License-Identifier: MIT
// Pictures of every page for docs/: shots.mjs BASE FOLDER HOST.  Light, dark
// and narrow, scaled down so that they stay small.
import { chromium } from "playwright-core";

const [base, folder, host] = process.argv.slice(2);
const pages = { overview: "/", hosts: "/hosts/", host: `/h/local/${host}/`, family: `/h/local/${host}/cpu/`, compare: "/compare/cpu/", explore: `/explore/#t=day&s=local/${host}/cpu/user&s=local/web1/cpu/user&s=local/web2/cpu/user`,
	dashboard: "/dashboards/web/", dashboards: "/dashboards/#d=eyJ0aXRsZSI6Ik15IGdyYXBocyIsInBhbmVscyI6W3sicCI6ImxvY2FsL3dlYjEvY3B1IiwiciI6ImRheSIsInciOnRydWV9LHsicCI6ImxvY2FsL3dlYjIvbWVtb3J5IiwiciI6ImRheSIsInciOmZhbHNlfSx7InAiOiJsb2NhbC9kYjEvbmV0IiwiciI6ImRheSIsInciOmZhbHNlfV19",
	alerts: "/alerts/", "alerts-history": "/alerts/history/", silences: "/alerts/silences/", events: "/events/", status: "/status/", page: "/pages/disk-full/", embed: "/embed/", kiosk: "/kiosk/", "not-found": "/nothing/here" };
const kinds = { "": { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 0.625 },
	"-dark": { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 0.625, colorScheme: "dark" },
	"-narrow": { viewport: { width: 320, height: 760 }, deviceScaleFactor: 1 } };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
for (const [kind, options] of Object.entries(kinds)) {
	for (const [name, path] of Object.entries(pages)) {
		const page = await browser.newPage({ reducedMotion: "reduce", ...options });
		await page.goto(base + path, { waitUntil: "load" }).catch(() => {});
		await page.waitForTimeout(1500);
		await page.screenshot({ path: `${folder}/${name}${kind}.jpg`, type: "jpeg", quality: 72 });
		await page.close();
	}
}
const page = await browser.newPage({ viewport: { width: 1200, height: 930 } });
await page.goto(base + "/", { waitUntil: "load" }).catch(() => {});
await page.waitForTimeout(1500);
await page.screenshot({ path: `${folder}/overview.png` });
await browser.close();
