/* SPDX-License-Identifier: MIT */
/* The error picture: see graph_error.h. */
#include "rrd/graph_error.h"

#include <string.h>

#include "rrd/canvas.h"
#include "rrd/graph_theme.h"

#define PAD	12.0
#define LINE	16.0
#define TITLE_Y 24.0

static unsigned
within(unsigned v, unsigned low, unsigned high)
{
	return v < low ? low : v > high ? high : v;
}

/* Bytes of text that fit in width, cut at a blank where there is one. */
static size_t
line_length(const char *text, double width)
{
	char line[FONT_TEXT_MAX];
	size_t best = 0, len;

	for (len = 1; text[len - 1] != '\0' && len < sizeof line; len++) {
		if (text[len] != ' ' && text[len] != '\0')
			continue;
		memcpy(line, text, len);
		line[len] = '\0';
		if (font_width(FONT_AXIS, line) > width)
			break;
		best = len;
	}
	return best > 0 ? best : strlen(text);
}

static void
paint_why(struct canvas *c, const struct theme *theme, const char *why)
{
	double y = TITLE_Y + LINE + 4, width = c->width - 2 * PAD;
	char line[FONT_TEXT_MAX], shown[FONT_TEXT_MAX];

	for (; *why != '\0' && y < c->height - 6; y += LINE) {
		size_t n = line_length(why, width);
		size_t take = n < sizeof line - 1 ? n : sizeof line - 1;

		memcpy(line, why, take);
		line[take] = '\0';
		font_fit(FONT_AXIS, width, line, shown, sizeof shown);
		c->ops->text(c, FONT_AXIS, PAD, y, ALIGN_LEFT, theme->muted,
			     shown);
		for (why += n; *why == ' ';)
			why++;
	}
}

int
graph_error_png(const char *title, const char *why, unsigned width,
		unsigned height, bool dark, struct buf *out, struct err *err)
{
	const struct theme *theme = theme_of(dark);
	struct canvas *c =
	    canvas_png(within(width, 160, 1200), within(height, 60, 600), 1,
		       theme->background, err);
	char shown[FONT_TEXT_MAX];
	int rc;

	if (c == NULL)
		return -1;
	c->ops->rect(c, 0, 0, 3, c->height, (struct ink){theme->warning, 1});
	font_fit(FONT_TITLE, c->width - 2 * PAD, title, shown, sizeof shown);
	c->ops->text(c, FONT_TITLE, PAD, TITLE_Y, ALIGN_LEFT, theme->text,
		     shown);
	paint_why(c, theme, why);
	c->notes[0] = (struct canvas_note){"Title", title};
	c->notes[1] = (struct canvas_note){"Description", why};
	rc = canvas_finish(c, out, err);
	canvas_free(&c);
	return rc;
}
