/* SPDX-License-Identifier: MIT */
/* Silences: see silence.h. */
#include "alert/silence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/message.h"
#include "core/buf.h"

static int
get_time(const cJSON *json, const char *name, int64_t fallback, int64_t *out,
	 struct err *err)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(json, name);

	*out = fallback;
	if (v == NULL)
		return 0;
	if (!cJSON_IsNumber(v) || !(v->valuedouble >= 0) ||
	    v->valuedouble > 1e11)
		return err_set(err, ERR_INVALID, "silence: %s: epoch seconds",
			       name);
	*out = (int64_t)v->valuedouble;
	return 0;
}

static int
get_matchers(const cJSON *json, struct silence *s, struct err *err)
{
	const cJSON *map = cJSON_GetObjectItemCaseSensitive(json, "matchers");
	const cJSON *i;

	if (!cJSON_IsObject(map) || map->child == NULL)
		return err_set(err, ERR_INVALID,
			       "silence: matchers: at least one label");
	cJSON_ArrayForEach (i, map) {
		struct rule_label *l = &s->matchers[s->n];

		if (s->n == SILENCE_MATCHERS)
			return err_set(err, ERR_TOO_LARGE,
				       "silence: over %d matchers",
				       SILENCE_MATCHERS);
		if (!cJSON_IsString(i) || *i->string == '\0' ||
		    strlen(i->string) >= sizeof(l->name) ||
		    strlen(i->valuestring) >= sizeof(l->value))
			return err_set(err, ERR_INVALID,
				       "silence: a matcher is label: pattern");
		message_copy(l->name, sizeof(l->name), i->string);
		message_copy(l->value, sizeof(l->value), i->valuestring);
		s->n++;
	}
	return 0;
}

static void
get_text(const cJSON *json, const char *name, char *out, size_t size)
{
	const char *text = json_get_string(json, name);

	message_copy(out, size, text != NULL ? text : "");
}

int
silence_parse(const cJSON *json, const char *id, int64_t now_s,
	      struct silence *out, struct err *err)
{
	struct silence s = {0};

	if (*id == '\0' || strlen(id) >= sizeof(s.id))
		return err_set(err, ERR_INVALID, "silence: bad id");
	message_copy(s.id, sizeof(s.id), id);
	get_text(json, "comment", s.comment, sizeof(s.comment));
	get_text(json, "author", s.author, sizeof(s.author));
	if (get_time(json, "from", now_s, &s.from_s, err) != 0 ||
	    get_time(json, "until", 0, &s.until_s, err) != 0 ||
	    get_matchers(json, &s, err) != 0)
		return -1;
	if (s.until_s <= s.from_s || s.until_s <= now_s)
		return err_set(err, ERR_INVALID,
			       "silence: until: is missing, or over already");
	if (s.until_s - s.from_s > SILENCE_LONGEST_S)
		return err_set(err, ERR_INVALID, "silence: over a year long");
	*out = s;
	return 0;
}

void
silence_json(const struct silence *s, struct buf *out)
{
	buf_str(out, "{\"id\":");
	json_string(out, s->id);
	json_key(out, "from");
	buf_i64(out, s->from_s);
	json_key(out, "until");
	buf_i64(out, s->until_s);
	json_key(out, "matchers");
	buf_char(out, '{');
	for (size_t i = 0; i < s->n; i++) {
		json_key(out, s->matchers[i].name);
		json_string(out, s->matchers[i].value);
	}
	buf_char(out, '}');
	json_key(out, "comment");
	json_string(out, s->comment);
	json_key(out, "author");
	json_string(out, s->author);
	buf_char(out, '}');
}

static struct silence *
find_id(const struct silences *s, const char *id)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].id, id) == 0)
			return &s->list[i];
	return NULL;
}

int
silences_put(struct silences *s, const struct silence *one, struct err *err)
{
	struct silence *old = find_id(s, one->id);

	if (old != NULL) {
		*old = *one;
		return 0;
	}
	if (s->n == SILENCES_MAX)
		return err_set(err, ERR_FULL, "over %d silences", SILENCES_MAX);
	if (s->n == s->room) {
		size_t room = s->room > 0 ? 2 * s->room : 8;
		struct silence *grown = realloc(s->list, room * sizeof(*grown));

		if (grown == NULL)
			return err_set(err, ERR_NOMEM, "silence: no memory");
		s->list = grown;
		s->room = room;
	}
	s->list[s->n++] = *one;
	return 0;
}

bool
silences_remove(struct silences *s, const char *id)
{
	struct silence *old = find_id(s, id);

	if (old == NULL)
		return false;
	*old = s->list[--s->n];
	return true;
}

void
silences_done(struct silences *s)
{
	free(s->list);
	*s = (struct silences){0};
}

const struct silence *
silences_find(const struct silences *s, int64_t now_s,
	      const char *(*get)(const void *arg, const char *label),
	      const void *arg)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct silence *one = &s->list[i];
		size_t k = 0;

		if (now_s < one->from_s || now_s >= one->until_s)
			continue;
		while (k < one->n && rule_glob(one->matchers[k].value,
					       get(arg, one->matchers[k].name)))
			k++;
		if (k == one->n)
			return one;
	}
	return NULL;
}
