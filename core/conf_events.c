/* SPDX-License-Identifier: MIT */
/*
 * The first pass over a configuration, by libyaml's events, and how problems
 * are noted.  Anchors, aliases, tags, directives, a second document and deep
 * nesting are refused here, so the tree that is built later is small.
 */
#include <stdio.h>

#include "core/buf.h"
#include "core/conf_reading.h"

#define DEPTH_MAX 8 /* of maps in maps */

/* Control characters of hostile input must not reach a terminal. */
static void
tame(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

void
conf_problem(struct reading *r, size_t line, size_t column,
	     const struct err *why)
{
	struct err e;

	(void)err_set(&e, ERR_CONFIG, "%s:%zu:%zu: %.200s", r->name, line + 1,
		      column + 1, why->msg);
	tame(e.msg);
	if (r->n_problems++ == 0 && r->err != NULL)
		*r->err = e;
	if (r->all != NULL && r->n_problems <= PROBLEMS_MAX)
		buf_fmt(r->all, "%s\n", e.msg);
}

/* --- first pass: what is allowed at all -------------------------------------
 */

void
conf_syntax_problem(struct reading *r, const yaml_parser_t *p, const char *text)
{
	size_t line = p->problem_mark.line, column = p->problem_mark.column;
	struct err why;

	if (p->error == YAML_READER_ERROR) {
		/* libyaml gives an offset and no mark for these */
		line = column = 0;
		for (size_t i = 0; i < p->problem_offset; i++) {
			column = text[i] == '\n' ? 0 : column + 1;
			line += text[i] == '\n';
		}
	}
	(void)err_set(&why, ERR_CONFIG, "%s%s%s",
		      p->context != NULL ? p->context : "",
		      p->context != NULL ? ", " : "",
		      p->problem != NULL ? p->problem : "out of memory");
	conf_problem(r, line, column, &why);
}

static const char *
has_tag(const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		return "anchors are not used here (write the value again)";
	if (tag != NULL)
		return "tags are not used here (leave it out)";
	return NULL;
}

/* Why an event is refused, or NULL.  depth and documents are kept here. */
static const char *
refused(const yaml_event_t *e, size_t *depth, size_t *documents)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (e->data.document_start.version_directive != NULL ||
		    e->data.document_start.tag_directives.start !=
			e->data.document_start.tag_directives.end)
			return "directives are not used here (leave it out)";
		return ++*documents > 1
			   ? "a second document (one file holds one)"
			   : NULL;
	case YAML_ALIAS_EVENT:
		return "aliases are not used here (write the value again)";
	case YAML_SCALAR_EVENT:
		return has_tag(e->data.scalar.anchor, e->data.scalar.tag);
	case YAML_SEQUENCE_START_EVENT:
		if (++*depth > DEPTH_MAX)
			return "nested too deep";
		return has_tag(e->data.sequence_start.anchor,
			       e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		if (++*depth > DEPTH_MAX)
			return "nested too deep";
		return has_tag(e->data.mapping_start.anchor,
			       e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		--*depth;
		return NULL;
	default:
		return NULL;
	}
}

void
conf_start_parser(yaml_parser_t *p, const char *text, size_t len)
{
	/* stated, so that a byte order mark cannot choose UTF-16 */
	yaml_parser_set_encoding(p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(p, (const unsigned char *)text, len);
}

int
conf_check_events(struct reading *r, const char *text, size_t len)
{
	yaml_parser_t p;
	size_t depth = 0, documents = 0;
	bool done = false;

	if (!yaml_parser_initialize(&p))
		return err_set(r->err, ERR_NOMEM, "%s: out of memory", r->name);
	conf_start_parser(&p, text, len);
	while (!done && r->n_problems == 0) {
		yaml_event_t e;
		const char *what;
		struct err why;

		if (!yaml_parser_parse(&p, &e)) {
			conf_syntax_problem(r, &p, text);
			break;
		}
		what = refused(&e, &depth, &documents);
		if (what != NULL) {
			(void)err_set(&why, ERR_CONFIG, "%s", what);
			conf_problem(r, e.start_mark.line, e.start_mark.column,
				     &why);
		}
		done = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&p);
	return r->n_problems == 0 ? 0 : -1;
}
