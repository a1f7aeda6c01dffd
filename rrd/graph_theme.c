/* SPDX-License-Identifier: MIT */
/* Two themes: see graph_theme.h. */
#include "rrd/graph_theme.h"

static const struct theme themes[] = {
    {
	.background = 0xffffff,
	.text = 0x1f2933,
	.muted = 0x616e7c,
	.grid = 0xf2f4f7,
	.grid_strong = 0xe4e7eb,
	.axis = 0x9aa5b1,
	.warning = 0x9a6700,
	.critical = 0xb42318,
	.good = 0x1a7f4b,
	.chaos = 0x7a3e9d,
	.info = 0x2f5c9e,
	.series = {0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xd55e00,
		   0xd9c400, 0x332288, 0x882255, 0x44aa99, 0x999933, 0x7b8794},
    },
    {
	.background = 0x12161c,
	.text = 0xd7dee7,
	.muted = 0x8b98a8,
	.grid = 0x1b212a,
	.grid_strong = 0x242c37,
	.axis = 0x5b6876,
	.warning = 0xe6b450,
	.critical = 0xff7b72,
	.good = 0x4cc38a,
	.chaos = 0xc297ff,
	.info = 0x8ab4f8,
	.series = {0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7, 0x0080c8, 0xd55e00,
		   0xf0e442, 0x8f7fe8, 0xd35d8f, 0x44c8b4, 0xa8a840, 0x9aa5b1},
    },
};

const struct theme *
theme_of(bool dark)
{
	return &themes[dark ? 1 : 0];
}

uint32_t
theme_series(const struct theme *t, int place)
{
	return t->series[place % THEME_SERIES];
}
