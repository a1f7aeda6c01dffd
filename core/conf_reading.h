/* SPDX-License-Identifier: MIT */
/* Inside of core/conf_*.c: one document on its way into struct conf. */
#ifndef CORE_CONF_READING_H
#define CORE_CONF_READING_H

#include <stddef.h>
#include <yaml.h>

#include "core/conf.h"

#define PROBLEMS_MAX 100

struct reading {
	struct conf *conf;
	const char *name; /* of the file */
	yaml_document_t doc;
	struct buf *all;
	struct err *err;
	size_t n_problems;
};

/* Notes "file:line:col: why" (line and column from 0): the first goes to err,
 * all of them to all. */
void conf_problem(struct reading *r, size_t line, size_t column,
		  const struct err *why);

/* The same for what libyaml refused; text is the document. */
void conf_syntax_problem(struct reading *r, const yaml_parser_t *p,
			 const char *text);

/* Gives the parser its input. */
void conf_start_parser(yaml_parser_t *p, const char *text, size_t len);

/*
 * The first pass, over events: refuses what a configuration has no use for.
 * 0, or -1 with the problem noted.
 */
int conf_check_events(struct reading *r, const char *text, size_t len);

#endif
