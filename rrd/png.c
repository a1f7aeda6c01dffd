/* SPDX-License-Identifier: MIT */
/* Palette PNG: see png.h. */
#include "rrd/png.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/buf.h"

#define COLOURS_MAX 256
#define HASH_SIZE   1024
#define PER_METRE   3780 /* 96 dots an inch */

/* Open addressing: colour + 1, so that 0 is an empty place. */
struct palette {
	uint32_t mask; /* which bits of a colour count */
	size_t n;
	uint32_t colours[COLOURS_MAX];
	uint32_t keys[HASH_SIZE];
	uint8_t values[HASH_SIZE];
};

/* The colour's index, or -1 when there is no room for a new one. */
static int
palette_find(struct palette *p, uint32_t colour)
{
	uint32_t key = (colour & p->mask) + 1;
	size_t at = (key * UINT32_C(2654435761)) >> 22;

	while (p->keys[at] != 0 && p->keys[at] != key)
		at = (at + 1) % HASH_SIZE;
	if (p->keys[at] == key)
		return p->values[at];
	if (p->n == COLOURS_MAX)
		return -1;
	p->keys[at] = key;
	p->values[at] = (uint8_t)p->n;
	p->colours[p->n] = colour & 0xffffff;
	return (int)p->n++;
}

static bool
map_pixels(struct palette *p, const uint32_t *pixels, size_t n, uint8_t *out)
{
	uint32_t last = ~pixels[0];
	int index = 0;

	for (size_t i = 0; i < n; i++) {
		if (pixels[i] != last) {
			last = pixels[i];
			index = palette_find(p, last & 0xffffff);
			if (index < 0)
				return false;
		}
		out[i] = (uint8_t)index;
	}
	return true;
}

/* Indices of all pixels, with as many bits of colour as 256 allow. */
static void
quantise(struct palette *p, const uint32_t *pixels, size_t n, uint8_t *out)
{
	static const uint32_t masks[] = {0xffffff, 0xfefefe, 0xfcfcfc,
					 0xf8f8f8, 0xf0f0f0, 0xe0e0c0};

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		*p = (struct palette){.mask = masks[i]};
		if (map_pixels(p, pixels, n, out))
			return;
	}
}

static void
put_u32(struct buf *b, uint32_t v)
{
	const unsigned char bytes[4] = {
	    (unsigned char)(v >> 24), (unsigned char)(v >> 16),
	    (unsigned char)(v >> 8), (unsigned char)v};

	buf_put(b, bytes, sizeof bytes);
}

static void
put_chunk(struct buf *b, const char type[4], const void *data, size_t n)
{
	uLong crc = crc32(0, (const Bytef *)type, 4);

	crc = n > 0 ? crc32(crc, data, (uInt)n) : crc;
	put_u32(b, (uint32_t)n);
	buf_put(b, type, 4);
	buf_put(b, data, n);
	put_u32(b, (uint32_t)crc);
}

static void
put_head(struct buf *b, unsigned width, unsigned height, unsigned scale)
{
	struct buf chunk;

	buf_put(b, "\x89PNG\r\n\x1a\n", 8);
	buf_init(&chunk, 64);
	put_u32(&chunk, width);
	put_u32(&chunk, height);
	buf_put(&chunk, "\x08\x03\0\0\0", 5); /* 8 bits, palette */
	put_chunk(b, "IHDR", chunk.data, chunk.len);
	buf_reset(&chunk);
	put_u32(&chunk, PER_METRE * scale);
	put_u32(&chunk, PER_METRE * scale);
	buf_char(&chunk, '\1');
	put_chunk(b, "pHYs", chunk.data, chunk.len);
	buf_done(&chunk);
}

static void
put_palette(struct buf *b, const struct palette *p)
{
	unsigned char rgb[COLOURS_MAX * 3];

	for (size_t i = 0; i < p->n; i++) {
		rgb[i * 3] = (unsigned char)(p->colours[i] >> 16);
		rgb[i * 3 + 1] = (unsigned char)(p->colours[i] >> 8);
		rgb[i * 3 + 2] = (unsigned char)p->colours[i];
	}
	put_chunk(b, "PLTE", rgb, p->n * 3);
}

/* keyword, 0, not compressed, method 0, no language, no translation, text */
static void
put_text(struct buf *b, const struct png_text *t)
{
	struct buf chunk;

	if (t->text == NULL)
		return;
	buf_init(&chunk, 65536);
	buf_str(&chunk, t->key);
	buf_put(&chunk, "\0\0\0\0\0", 5);
	buf_str(&chunk, t->text);
	put_chunk(b, "iTXt", chunk.data, chunk.len);
	buf_done(&chunk);
}

/* Rows as PNG wants them: a filter byte, then differences to the row above
 * (filter 2), the first row against nothing. */
static void
filter(const uint8_t *indices, unsigned width, unsigned height, uint8_t *out)
{
	for (unsigned y = 0; y < height; y++) {
		const uint8_t *row = indices + (size_t)y * width;
		const uint8_t *above = y > 0 ? row - width : row;

		*out++ = y == 0 ? 0 : 2;
		if (y == 0)
			memcpy(out, row, width);
		else
			for (unsigned x = 0; x < width; x++)
				out[x] = (uint8_t)(row[x] - above[x]);
		out += width;
	}
}

static int
put_data(struct buf *b, const uint8_t *rows, size_t n, struct err *err)
{
	z_stream z = {0};
	uLong bound = compressBound((uLong)n) + 64;
	Bytef *out = malloc(bound);
	int rc = -1;

	if (out == NULL ||
	    deflateInit2(&z, 1, Z_DEFLATED, 15, 8, Z_RLE) != Z_OK) {
		free(out);
		return err_set(err, ERR_NOMEM, "png: out of memory");
	}
	z.next_in = (z_const Bytef *)(uintptr_t)rows;
	z.avail_in = (uInt)n;
	z.next_out = out;
	z.avail_out = (uInt)bound;
	if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
		put_chunk(b, "IDAT", out, z.total_out);
		rc = 0;
	} else {
		err_set(err, ERR_INTERNAL, "png: deflate failed");
	}
	(void)deflateEnd(&z);
	free(out);
	return rc;
}

int
png_write(const uint32_t *pixels, unsigned width, unsigned height,
	  unsigned scale, const struct png_text *texts, size_t n_texts,
	  struct buf *out, struct err *err)
{
	size_t n = (size_t)width * height;
	struct palette *p = malloc(sizeof *p);
	uint8_t *indices = malloc(n), *rows = malloc(n + height);
	int rc = -1;

	if (p == NULL || indices == NULL || rows == NULL) {
		err_set(err, ERR_NOMEM, "png: out of memory");
		goto out;
	}
	quantise(p, pixels, n, indices);
	filter(indices, width, height, rows);
	put_head(out, width, height, scale);
	put_palette(out, p);
	for (size_t i = 0; i < n_texts; i++)
		put_text(out, &texts[i]);
	if (put_data(out, rows, n + height, err) != 0)
		goto out;
	put_chunk(out, "IEND", "", 0);
	rc = buf_ok(out) ? 0
			 : err_set(err, ERR_TOO_LARGE, "png: no room for it");
out:
	free(p);
	free(indices);
	free(rows);
	return rc;
}
