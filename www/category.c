/* SPDX-License-Identifier: MIT */
/* Sections of pages: see category.h. */
#include "www/category.h"

#include <string.h>

static const struct {
	const char *word, *title;
} order[] = {
    {"cpu", "CPU"},
    {"memory", "Memory"},
    {"disk", "Disk"},
    {"network", "Network"},
    {"system", "System"},
    {"processes", "Processes"},
    {"kubernetes", "Kubernetes"},
    {"robin", "Robin"},
};

#define N_ORDER ((int)(sizeof(order) / sizeof(order[0])))

const char *
category_of(const struct family *f)
{
	return f->category != NULL && f->category[0] != '\0' ? f->category
							     : "other";
}

static int
rank(const char *c)
{
	for (int i = 0; i < N_ORDER; i++)
		if (strcmp(order[i].word, c) == 0)
			return i;
	return strcmp(c, "other") == 0 ? N_ORDER + 1 : N_ORDER;
}

const char *
category_title(const char *category)
{
	int i = rank(category);

	return i < N_ORDER ? order[i].title : category;
}

int
category_compare(const void *a, const void *b)
{
	const char *ca = *(const char *const *)a, *cb = *(const char *const *)b;
	int ra = rank(ca), rb = rank(cb);

	return ra != rb ? ra - rb : strcmp(ca, cb);
}
