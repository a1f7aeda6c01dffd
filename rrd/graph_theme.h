/* SPDX-License-Identifier: MIT */
/* Colours of pictures, light and dark (LOOK: ink on near-white, near-black). */
#ifndef RRD_GRAPH_THEME_H
#define RRD_GRAPH_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define THEME_SERIES 12

struct theme {
	uint32_t background, text, muted, grid, grid_strong, axis, warning;
	uint32_t critical, good, chaos, info; /* of events */
	/* Okabe and Ito's palette, which colour-blind people can tell apart;
	 * then five more for many instances. */
	uint32_t series[THEME_SERIES];
};

const struct theme *theme_of(bool dark);

/* The colour at a 0-based place; the palette repeats. */
uint32_t theme_series(const struct theme *t, int place);

#endif
