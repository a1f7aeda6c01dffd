// SPDX-License-Identifier: MIT
// Dashboards of the reader's own, in the browser and on the server.  Called by
// site.mjs with its ok() and open(), the site's address, a host with a past
// and the state folder, whose nginx learns a login on the way.
import { readFileSync, writeFileSync } from "node:fs";

const figures = (page, n) => page.waitForFunction((k) => document.querySelectorAll("#my figure").length === k, n);
const saved = (page) => page.waitForFunction(() => /Saved/.test(document.querySelector("#my .note").textContent));
async function add(page, words) {
	await page.fill("#my input[type=search]", words);
	await page.waitForSelector(".suggest button");
	await page.keyboard.press("Enter");
}

async function inBrowser({ ok, open, other }) {
	const page = await open(`/h/local/${other}/cpu/`, { permissions: ["clipboard-read", "clipboard-write"] });
	await page.goto(new URL("/dashboards/", page.url()).href);
	await page.waitForSelector("#my .parts button");
	ok(/CPU time/.test(await page.textContent("#my .parts")), "what was looked at is offered");
	await page.getByRole("button", { name: "For you" }).click();
	await figures(page, 1);
	ok(await page.isVisible("text=Keep as mine"), "and stands under For you");
	await page.getByRole("button", { name: "My dashboard" }).click();
	await add(page, `memory ${other}`);
	await add(page, `cpu ${other}`);
	await figures(page, 2);
	const titles = () => page.$$eval("#my figcaption > a", (l) => l.map((a) => a.textContent));
	const before = await titles();
	await page.locator("#my figure").nth(1).getByRole("button", { name: "Earlier in the row" }).click();
	ok(JSON.stringify(await titles()) === JSON.stringify([...before].reverse()), "graphs are chosen and ordered", await titles());
	await page.locator("#my figcaption").nth(1).dragTo(page.locator("#my figure").nth(0), { sourcePosition: { x: 8, y: 8 } });
	ok(JSON.stringify(await titles()) === JSON.stringify(before), "dragged by their captions too", await titles());
	await page.locator("#my figure").nth(0).getByRole("button", { name: "Full width" }).click();
	await page.locator("#my figure").nth(0).locator("select").selectOption("week");
	await saved(page);
	await page.reload();
	await figures(page, 2);
	ok(await page.locator("#my .widefig").count() === 1 && /week/.test(await page.locator("#my img").first().getAttribute("srcset")), "kept in this browser, with size and range");
	ok(/graph: "local\//.test(await page.locator("#my pre code").textContent()), "taken along as YAML");
	await page.getByRole("button", { name: "Copy a link" }).click();
	const link = await page.evaluate(() => navigator.clipboard.readText());
	const guest = await open("");
	await guest.goto(link);
	await figures(guest, 2);
	ok(await guest.isVisible("text=Keep as mine"), "shared by its address");
	await page.getByRole("button", { name: "A new dashboard" }).click();
	await figures(page, 0);
	await page.getByRole("button", { name: "Remove this dashboard" }).click();
	await figures(page, 2);
	ok(true, "a second one comes and goes");
	ok(page.problems.length + guest.problems.length === 0, "without a console error", page.problems.concat(guest.problems).join("\n"));
	await guest.context().close();
	await page.context().close();
}

async function onServer({ ok, open, base, other, state }) {
	writeFileSync(`${state}/run/users`, "anna:{PLAIN}pw\n", { mode: 0o644 });
	writeFileSync(`${state}/run/login.conf`, `auth_basic "Robin";\nauth_basic_user_file ${state}/run/users;\nset $robin_user $remote_user;\n`);
	process.kill(Number(readFileSync(`${state}/run/nginx.pid`, "utf8")), "SIGHUP");
	for (let i = 0; i < 200 && (await fetch(base + "/")).status !== 401; i++) await new Promise((r) => setTimeout(r, 50));
	const login = { httpCredentials: { username: "anna", password: "pw" } };
	const one = await open("/dashboards/", login), two = await open("", login);
	await one.waitForSelector("#my .note");
	ok(/on the server for anna/.test(await one.textContent("#my .note")), "with a login the server keeps them");
	await one.fill("#my .boardtitle", "Mine at work");
	await add(one, `memory ${other}`);
	await saved(one);
	await two.goto(base + "/dashboards/");
	await figures(two, 1);
	ok(await two.inputValue("#my .boardtitle") === "Mine at work", "another browser shows the same");
	await add(two, `cpu ${other}`);
	await saved(two);
	await one.locator("#my figure").nth(0).getByRole("button", { name: "Full width" }).click();
	await one.getByRole("button", { name: "Show that one" }).waitFor();
	ok(true, "a window that is behind is told");
	await one.getByRole("button", { name: "Show that one" }).click();
	await figures(one, 2);
	await one.locator("#my figure").nth(0).getByRole("button", { name: "Full width" }).click();
	await saved(one);
	await two.locator("#my figure").nth(1).getByRole("button", { name: "Remove" }).click();
	await two.getByRole("button", { name: "Keep this one" }).click();
	await saved(two);
	await one.reload();
	await figures(one, 1);
	ok(true, "or keeps its own knowingly");
	await one.getByRole("button", { name: "Remove this dashboard" }).click();
	await figures(one, 0);
	const said = await one.evaluate(async () => (await fetch("/api/v1/dashboards")).json());
	ok(said.user === "anna" && said.dashboards.length === 0, "and one is removed", JSON.stringify(said));
	const bad = one.problems.concat(two.problems).filter((p) => !/412/.test(p));
	ok(bad.length === 0, "without another error than the 412s", bad.join("\n"));
	await one.context().close();
	await two.context().close();
}

export async function mine(with_) {
	await inBrowser(with_);
	await onServer(with_);
}
