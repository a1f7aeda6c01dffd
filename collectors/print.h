/* SPDX-License-Identifier: MIT */
/* Samples as text, and the series they belong to. */
#ifndef COLLECTORS_PRINT_H
#define COLLECTORS_PRINT_H

#include "core/conf.h"
#include "core/path.h"
#include "core/sample.h"

/* The series of a sample: what it does not say is this host's. */
void print_path(const struct conf *conf, const struct sample *s,
		struct path *out);

/* Writes "PATH TIME V1:V2…" and a newline to standard output. */
void print_sample(const struct conf *conf, const struct sample *s);

#endif
