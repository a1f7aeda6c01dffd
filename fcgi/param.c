/* SPDX-License-Identifier: MIT */
/* Validators of request parameters: see param.h.  Pure. */
#include "fcgi/param.h"

#include <string.h>

#include "core/number.h"
#include "core/when.h"

static int
check_slug(const struct param *p, const char *text, struct err *err)
{
	if (slug_valid(text, strlen(text)))
		return 0;
	return err_set(err, ERR_INVALID, "%s \"%.60s\" is not a valid name",
		       p->name, text);
}

static int
check_family(const struct param *p, const char *text, struct err *err)
{
	if (family_name_valid(text, strlen(text)))
		return 0;
	return err_set(err, ERR_INVALID, "%s \"%.60s\" is not a family's name",
		       p->name, text);
}

static int
check_int(const struct param *p, const char *text, struct field *f,
	  struct err *err)
{
	int64_t v;

	if (number_i64(text, strlen(text), &v) && v >= p->min && v <= p->max) {
		f->number = v;
		return 0;
	}
	return err_set(err, ERR_INVALID,
		       "%s \"%.30s\" is not a whole number from %lld to %lld",
		       p->name, text, (long long)p->min, (long long)p->max);
}

static int
check_word(const struct param *p, const char *text, struct field *f,
	   struct err *err)
{
	for (int64_t i = 0; p->words[i] != NULL; i++) {
		if (strcmp(p->words[i], text) != 0)
			continue;
		f->number = i;
		return 0;
	}
	return err_set(err, ERR_INVALID, "%s \"%.30s\" is not a known word",
		       p->name, text);
}

static int
check_flag(const struct param *p, const char *text, struct field *f,
	   struct err *err)
{
	static const struct {
		const char *word;
		int64_t value;
	} words[] = {
	    {"", 1}, {"1", 1}, {"true", 1}, {"0", 0}, {"false", 0},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, text) != 0)
			continue;
		f->number = words[i].value;
		return 0;
	}
	return err_set(err, ERR_INVALID, "%s \"%.30s\" is neither 1 nor 0",
		       p->name, text);
}

int
param_check(const struct param *p, const char *text, int64_t now_s,
	    struct field *out, struct err *err)
{
	struct field f = {.set = true, .text = text};
	int rc = -1;

	switch (p->type) {
	case PARAM_SLUG:
		rc = check_slug(p, text, err);
		break;
	case PARAM_FAMILY:
		rc = check_family(p, text, err);
		break;
	case PARAM_LEAF:
		rc = path_parse_leaf(text, strlen(text), &f.path, err);
		break;
	case PARAM_PATH:
		rc = path_parse(text, strlen(text), &f.path, err);
		break;
	case PARAM_INT:
		rc = check_int(p, text, &f, err);
		break;
	case PARAM_TIME:
		rc = when_parse(text, strlen(text), now_s, &f.number, err);
		if (rc != 0)
			err_prefix(err, "%s", p->name);
		break;
	case PARAM_WORD:
		rc = check_word(p, text, &f, err);
		break;
	case PARAM_FLAG:
		rc = check_flag(p, text, &f, err);
		break;
	default:
		return err_set(err, ERR_INTERNAL, "%s: no such type", p->name);
	}
	if (rc == 0)
		*out = f;
	return rc;
}

const char *
param_type_name(enum param_type type)
{
	static const char *const names[PARAM_TYPE__MAX] = {
	    [PARAM_SLUG] = "slug",
	    [PARAM_FAMILY] = "family",
	    [PARAM_LEAF] = "family[.instance]",
	    [PARAM_PATH] = "cluster/host/family[.instance]",
	    [PARAM_INT] = "integer",
	    [PARAM_TIME] = "time",
	    [PARAM_WORD] = "word",
	    [PARAM_FLAG] = "flag",
	};

	return (unsigned)type < PARAM_TYPE__MAX ? names[type] : "";
}
