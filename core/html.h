/* SPDX-License-Identifier: MIT */
/* Escaping, by name: what goes where in HTML, SVG and URLs. */
#ifndef CORE_HTML_H
#define CORE_HTML_H

struct buf;

/* Element content and double- or single-quoted attribute values: & < > " '
 * are escaped and C0 control bytes other than tab and newline are dropped. */
void html_text(struct buf *b, const char *s);
void html_attr(struct buf *b, const char *s);

/* One path segment or query value: all but unreserved bytes and ':' as %HH. */
void html_url(struct buf *b, const char *s);

#endif
