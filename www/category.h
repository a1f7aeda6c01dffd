/* SPDX-License-Identifier: MIT */
/* Sections of pages: a family's category and the order of categories. */
#ifndef WWW_CATEGORY_H
#define WWW_CATEGORY_H

#include "core/family.h"

/* The family's category, "other" when it has none; never NULL. */
const char *category_of(const struct family *f);

/* The section's heading: "CPU", "Disk"; the word itself when unknown. */
const char *category_title(const char *category);

/* qsort's comparison of two `const char *`: what people look for first comes
 * first, unknown ones by name after, "other" last. */
int category_compare(const void *a, const void *b);

#endif
