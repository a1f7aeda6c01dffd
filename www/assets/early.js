/* Before the first paint: the chosen theme, and that scripts run. */
(function () {
	"use strict";
	var root = document.documentElement, theme = null;
	root.classList.add("js");
	try {
		theme = localStorage.getItem("robin.theme");
	} catch (e) { /* storage is off: follow the system */ }
	if (theme === "dark" || theme === "light")
		root.dataset.theme = theme;
})();
