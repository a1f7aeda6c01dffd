/* SPDX-License-Identifier: MIT */
/* Markdown with shortcodes -> HTML.  Raw HTML in it is left out. */
#ifndef WWW_MARKDOWN_H
#define WWW_MARKDOWN_H

#include <stddef.h>

#include "core/err.h"

struct buf;
struct site;

/*
 * Appends the HTML of text (CommonMark).  {{…}} outside code is a shortcode;
 * one that is a paragraph alone becomes a block.  name and first_line are
 * for messages: -1 with ERR_CONFIG "name:line: …".
 */
int markdown_put(struct site *s, const char *name, int first_line,
		 const char *text, size_t len, struct buf *b, struct err *err);

#endif
