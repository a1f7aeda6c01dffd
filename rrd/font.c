/* SPDX-License-Identifier: MIT */
/* Text by cairo's scaled fonts: see font.h. */
#include "rrd/font.h"

#include <stdbool.h>
#include <string.h>

#define SCALES 2

const struct font_face font_faces[FONT__MAX] = {
    [FONT_TITLE] = {"Inter", "Inter,system-ui,sans-serif", 13, 13, 1},
    [FONT_AXIS] = {"Inter", "Inter,system-ui,sans-serif", 11, 11, 0},
    [FONT_LEGEND] = {"DejaVu Sans Mono",
		     "'DejaVu Sans Mono',ui-monospace,monospace", 10.5, 10, 0},
};

/* Made on first use and kept for the life of the process. */
static cairo_scaled_font_t *fonts[FONT__MAX][SCALES];

static cairo_scaled_font_t *
scaled(enum font font, unsigned scale)
{
	cairo_scaled_font_t **slot = &fonts[font][scale - 1];
	const struct font_face *f = &font_faces[font];
	cairo_font_options_t *options;
	cairo_font_face_t *face;
	cairo_matrix_t size, ctm;

	if (*slot != NULL)
		return *slot;
	options = cairo_font_options_create();
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
	face = cairo_toy_font_face_create(f->name, CAIRO_FONT_SLANT_NORMAL,
					  f->bold ? CAIRO_FONT_WEIGHT_BOLD
						  : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_matrix_init_scale(&size, f->size * scale, f->size * scale);
	cairo_matrix_init_identity(&ctm);
	*slot = cairo_scaled_font_create(face, &size, &ctm, options);
	cairo_font_face_destroy(face);
	cairo_font_options_destroy(options);
	return *slot;
}

/* A character that cairo accepts and that does not steer anything: no
 * control, no surrogate, none of Unicode's noncharacters. */
static bool
showable(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) &&
	       !(c >= 0xd800 && c < 0xe000) && !(c >= 0xfdd0 && c < 0xfdf0) &&
	       (c & 0xfffe) != 0xfffe && c < 0x110000;
}

/* Bytes of the valid UTF-8 sequence at s, 0 when there is none. */
static size_t
sequence(const unsigned char *s)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least; /* lower ones have a shorter form */
	} forms[] = {
	    {0x80, 0x00, 0},
	    {0xe0, 0xc0, 0x80},
	    {0xf0, 0xe0, 0x800},
	    {0xf8, 0xf0, 0x10000},
	};

	for (size_t n = 0; n < sizeof forms / sizeof *forms; n++) {
		uint32_t c = s[0] & (unsigned char)~forms[n].mask;

		if ((s[0] & forms[n].mask) != forms[n].lead)
			continue;
		for (size_t k = 1; k <= n; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s[k] & 0x3f);
		}
		return c >= forms[n].least && showable(c) ? n + 1 : 0;
	}
	return 0;
}

void
font_clean(const char *text, char *out, size_t size)
{
	size_t at = 0;

	while (*text != '\0') {
		size_t n = sequence((const unsigned char *)text);
		size_t take = n > 0 ? n : 1;

		if (at + take >= size)
			break;
		if (n > 0)
			memcpy(out + at, text, n);
		else
			out[at] = '?';
		at += take;
		text += take;
	}
	out[at] = '\0';
}

static double
width_of(cairo_scaled_font_t *font, const char *clean)
{
	cairo_text_extents_t e;

	cairo_scaled_font_text_extents(font, clean, &e);
	return e.x_advance;
}

double
font_width(enum font font, const char *text)
{
	char clean[FONT_TEXT_MAX];

	font_clean(text, clean, sizeof clean);
	return width_of(scaled(font, 1), clean);
}

void
font_fit(enum font font, double width, const char *text, char *out, size_t size)
{
	char clean[FONT_TEXT_MAX + sizeof "…"];
	size_t len;

	font_clean(text, clean, FONT_TEXT_MAX);
	len = strlen(clean);
	if (len < size && width_of(scaled(font, 1), clean) <= width) {
		memcpy(out, clean, len + 1);
		return;
	}
	while (len > 0) {
		do
			len--;
		while (len > 0 && (clean[len] & 0xc0) == 0x80);
		while (len > 0 && clean[len - 1] == ' ')
			len--;
		memcpy(clean + len, "…", sizeof "…");
		if (len + sizeof "…" <= size &&
		    width_of(scaled(font, 1), clean) <= width)
			break;
	}
	font_clean(len > 0 ? clean : "", out, size);
}

void
font_show(cairo_t *cr, enum font font, unsigned scale, double x, double y,
	  enum font_align align, uint32_t rgb, const char *text)
{
	static const double part[] = {
	    [ALIGN_LEFT] = 0, [ALIGN_CENTRE] = 0.5, [ALIGN_RIGHT] = 1};
	cairo_scaled_font_t *f = scaled(font, scale);
	char clean[FONT_TEXT_MAX];

	font_clean(text, clean, sizeof clean);
	x = x * scale;
	if (align != ALIGN_LEFT)
		x -= part[align] * width_of(f, clean);
	cairo_set_scaled_font(cr, f);
	cairo_set_source_rgb(cr, (rgb >> 16 & 255) / 255.0,
			     (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
	cairo_move_to(cr, (double)(long)(x + 0.5), y * scale);
	cairo_show_text(cr, clean);
}

void
font_warm(void)
{
	static const char glyphs[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789 .,:;/-+_%()[]<>=~·…▲";
	cairo_surface_t *s =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 64, 64);
	cairo_t *cr = cairo_create(s);

	for (int font = 0; font < FONT__MAX; font++)
		for (unsigned scale = 1; scale <= SCALES; scale++)
			font_show(cr, (enum font)font, scale, 0, 32, ALIGN_LEFT,
				  0, glyphs);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
}
