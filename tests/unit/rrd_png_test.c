/* SPDX-License-Identifier: MIT */
/* The PNG writer against cairo's (libpng's) reader, chunk by chunk. */
#include "tests/unit/test.h"

#include <cairo.h>
#include <zlib.h>

#include "core/buf.h"
#include "rrd/png.h"

struct reader {
	const struct buf *b;
	size_t at;
};

static cairo_status_t
read_some(void *arg, unsigned char *data, unsigned n)
{
	struct reader *r = arg;

	if (r->b->len - r->at < n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, r->b->data + r->at, n);
	r->at += n;
	return CAIRO_STATUS_SUCCESS;
}

static uint32_t
u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 |
	       (uint32_t)u[2] << 8 | u[3];
}

/* Every chunk's checksum; which of them, in order. */
static void
check_chunks(const struct buf *b, char types[256])
{
	size_t at = 8, n = 0;

	assert_memory_equal(b->data, "\x89PNG\r\n\x1a\n", 8);
	while (at < b->len) {
		uint32_t len = u32(b->data + at);
		const char *type = b->data + at + 4;

		assert_true(at + 12 + len <= b->len);
		assert_int_equal(crc32(0, (const Bytef *)type, len + 4),
				 u32(type + 4 + len));
		n += (size_t)snprintf(types + n, 256 - n, "%.4s ", type);
		at += 12 + len;
	}
	assert_int_equal(at, b->len);
}

static void
reads_back(const uint32_t *pixels, unsigned w, unsigned h, unsigned lose)
{
	struct png_text texts[] = {{"Title", "naïve · picture"},
				   {"Nothing", NULL}};
	struct reader r;
	struct err err;
	struct buf b;
	cairo_surface_t *s;
	char types[256];

	buf_init(&b, 1 << 24);
	assert_int_equal(png_write(pixels, w, h, 1, texts, 2, &b, &err), 0);
	check_chunks(&b, types);
	assert_string_equal(types, "IHDR pHYs PLTE iTXt IDAT IEND ");
	assert_non_null(
	    memmem(b.data, b.len, texts[0].text, strlen(texts[0].text)));
	r = (struct reader){&b, 0};
	s = cairo_image_surface_create_from_png_stream(read_some, &r);
	assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
	assert_int_equal(cairo_image_surface_get_width(s), w);
	assert_int_equal(cairo_image_surface_get_height(s), h);
	for (unsigned y = 0; y < h; y++) {
		const unsigned char *row =
		    cairo_image_surface_get_data(s) +
		    (size_t)y * (size_t)cairo_image_surface_get_stride(s);

		for (unsigned x = 0; x < w; x++) {
			uint32_t got, want = pixels[(size_t)y * w + x];

			memcpy(&got, row + (size_t)x * 4, 4);
			for (int shift = 0; shift < 24; shift += 8) {
				int d = (int)(got >> shift & 255) -
					(int)(want >> shift & 255);

				assert_in_range((unsigned)abs(d), 0, lose);
			}
		}
	}
	cairo_surface_destroy(s);
	buf_done(&b);
}

static void
few_colours_are_exact(void **state)
{
	enum { W = 37, H = 23 };
	static uint32_t pixels[W * H];

	for (uint32_t i = 0; i < W * H; i++)
		pixels[i] = (i * i % 256) * 0x010305 & 0xffffff;
	reads_back(pixels, W, H, 0);
	for (uint32_t i = 0; i < W * H; i++)
		pixels[i] = 0xff000000 | 0x123456; /* the top byte is nothing */
	reads_back(pixels, W, H, 0);
	reads_back(pixels, 1, 1, 0);
}

static void
many_colours_lose_low_bits(void **state)
{
	enum { W = 64, H = 64 };
	static uint32_t pixels[W * H];

	for (uint32_t i = 0; i < W * H; i++)
		pixels[i] = i % 64 << 18 | i / 64 << 10 | 0x80;
	reads_back(pixels, W, H, 31);
	for (uint32_t i = 0; i < W * H; i++)
		pixels[i] = i * UINT32_C(2654435761) & 0xffffff;
	reads_back(pixels, W, H, 63);
}

static void
a_full_buffer_is_an_error(void **state)
{
	static uint32_t pixels[10000];
	struct err err = {0};
	struct buf b;

	buf_init(&b, 100);
	assert_int_equal(png_write(pixels, 100, 100, 1, NULL, 0, &b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(few_colours_are_exact),
	    cmocka_unit_test(many_colours_lose_low_bits),
	    cmocka_unit_test(a_full_buffer_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
