/* SPDX-License-Identifier: MIT */
/*
 * Command lines: argv and an option table in, values and operands out.  It
 * goes over argv twice: the first pass only checks, so a refused command line
 * changes no value and --help shows true defaults.
 */
#include "core/opt.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/number.h"
#include "core/version.h"

#define TEXT_MAX  (256 * 1024)
#define WORD_MAX  64
#define WORDS_MAX 64

/* What every program answers by itself. */
static const struct {
	const char *name;
	void (*text)(const struct opt_command *cmd, struct buf *out);
} answers[] = {
    {"help", opt_help},
    {"version", opt_version},
    {"help-man", opt_man},
    {"help-complete", opt_complete},
};

#define N_ANSWERS (sizeof(answers) / sizeof(answers[0]))

/* One pass over argv. */
struct walk {
	const struct opt_command *cmd;
	char **argv;
	int argc, at;
	int n_operands;
	bool apply; /* second pass: store values, move operands */
	struct err *err;
};

void
opt_version(const struct opt_command *cmd, struct buf *out)
{
	buf_fmt(out, "%s %s\n", cmd->name, ROBIN_VERSION);
}

static int
answer(void (*text)(const struct opt_command *, struct buf *),
       const struct opt_command *cmd)
{
	struct buf out;

	buf_init(&out, TEXT_MAX);
	text(cmd, &out);
	(void)fwrite(out.data, 1, out.len, stdout);
	(void)fflush(stdout);
	buf_done(&out);
	return OPT_ANSWERED;
}

static int
min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Damerau-Levenshtein (adjacent swaps count once) of two short words. */
static int
distance(const char *a, const char *b)
{
	int row[3][WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = (int)j;
	for (size_t i = 1; i <= la; i++) {
		int *now = row[i % 3], *up = row[(i + 2) % 3];
		int *up2 = row[(i + 1) % 3];

		now[0] = (int)i;
		for (size_t j = 1; j <= lb; j++) {
			int same = a[i - 1] == b[j - 1] ? 0 : 1;

			now[j] =
			    min3(up[j] + 1, now[j - 1] + 1, up[j - 1] + same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && up2[j - 2] + 1 < now[j])
				now[j] = up2[j - 2] + 1;
		}
	}
	return row[la % 3][lb];
}

const char *
opt_nearest(const char *word, const char *const *words, size_t n)
{
	const char *best = NULL;
	/* a word of three letters is "near" to everything within 2 */
	int limit = strlen(word) <= 3 ? 1 : 2;

	for (size_t i = 0; i < n; i++) {
		int d = distance(word, words[i]);

		if (d <= limit) {
			limit = d - 1;
			best = words[i];
		}
	}
	return best;
}

static int
unknown(const char *what, const char *dashes, const char *word,
	const char *const *words, size_t n, struct err *err)
{
	const char *near = opt_nearest(word, words, n);

	if (near == NULL)
		return err_set(err, ERR_USAGE, "no such %s %s%.60s", what,
			       dashes, word);
	return err_set(err, ERR_USAGE,
		       "no such %s %s%.60s (did you mean %s%s?)", what, dashes,
		       word, dashes, near);
}

int
opt_unknown(const char *what, const char *word, const char *const *words,
	    size_t n, struct err *err)
{
	return unknown(what, "", word, words, n, err);
}

static int
unknown_option(const struct walk *w, const char *name)
{
	const char *words[WORDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < w->cmd->n_opts && n < WORDS_MAX - N_ANSWERS; i++)
		if (!w->cmd->opts[i].hidden)
			words[n++] = w->cmd->opts[i].name;
	words[n++] = "help";
	words[n++] = "version";
	return unknown("option", "--", name, words, n, w->err);
}

static int
take_int(const struct walk *w, const struct opt *o, const char *text)
{
	size_t len = strlen(text), sign = text[0] == '-';
	int64_t v;

	if (!number_i64(text, len, &v) || (len > sign + 1 && text[sign] == '0'))
		return err_set(w->err, ERR_USAGE,
			       "--%s: \"%.60s\" is not a whole number", o->name,
			       text);
	if (v < o->min || v > o->max)
		return err_set(w->err, ERR_USAGE,
			       "--%s: %.60s is not between %lld and %lld",
			       o->name, text, (long long)o->min,
			       (long long)o->max);
	if (w->apply)
		*(int64_t *)o->value = v;
	return 0;
}

static int
take_value(const struct walk *w, const struct opt *o, const char *text)
{
	switch (o->type) {
	case OPT_FLAG:
		if (w->apply)
			*(bool *)o->value = true;
		return 0;
	case OPT_INT:
		return take_int(w, o, text);
	case OPT_STRING:
		if (text[0] == '\0')
			return err_set(w->err, ERR_USAGE,
				       "--%s: the value is empty", o->name);
		if (w->apply)
			*(const char **)o->value = text;
		return 0;
	}
	return err_set(w->err, ERR_INTERNAL, "--%s: bad option table", o->name);
}

/* The value of a non-flag: attached, or the next argument whatever it is. */
static int
take_argument(struct walk *w, const struct opt *o, const char *attached)
{
	if (attached == NULL) {
		if (w->at + 1 >= w->argc)
			return err_set(w->err, ERR_USAGE,
				       "--%s needs a value: --%s %s", o->name,
				       o->name,
				       o->arg != NULL ? o->arg : "VALUE");
		attached = w->argv[++w->at];
	}
	return take_value(w, o, attached);
}

static int
take_long(struct walk *w, const char *arg)
{
	const char *eq = strchr(arg, '=');
	size_t len = eq != NULL ? (size_t)(eq - arg) : strlen(arg);
	char name[WORD_MAX];

	for (size_t i = 0; i < w->cmd->n_opts; i++) {
		const struct opt *o = &w->cmd->opts[i];

		if (strlen(o->name) != len || memcmp(o->name, arg, len) != 0)
			continue;
		if (o->type != OPT_FLAG)
			return take_argument(w, o, eq != NULL ? eq + 1 : NULL);
		if (eq != NULL)
			return err_set(w->err, ERR_USAGE, "--%s takes no value",
				       o->name);
		return take_value(w, o, NULL);
	}
	for (size_t i = 0; i < N_ANSWERS; i++)
		if (strcmp(arg, answers[i].name) == 0)
			return answer(answers[i].text, w->cmd);
	(void)snprintf(name, sizeof(name), "%.*s",
		       (int)(len < sizeof(name) ? len : sizeof(name) - 1), arg);
	return unknown_option(w, name);
}

static const struct opt *
find_letter(const struct opt_command *cmd, char letter)
{
	for (size_t i = 0; i < cmd->n_opts; i++)
		if (cmd->opts[i].letter == letter)
			return &cmd->opts[i];
	return NULL;
}

/* "-x", "-xVALUE" and flags together, "-ab". */
static int
take_short(struct walk *w, const char *arg)
{
	for (; *arg != '\0'; arg++) {
		const struct opt *o = find_letter(w->cmd, *arg);

		if (o == NULL && *arg == 'h')
			return answer(opt_help, w->cmd);
		if (o == NULL)
			return err_set(w->err, ERR_USAGE, "no such option -%c",
				       *arg >= ' ' && *arg < 127 ? *arg : '?');
		if (o->type != OPT_FLAG)
			return take_argument(w, o,
					     arg[1] != '\0' ? arg + 1 : NULL);
		if (take_value(w, o, NULL) != 0)
			return -1;
	}
	return 0;
}

static int
walk_once(struct walk *w)
{
	bool only_operands = false;

	for (w->at = 1; w->at < w->argc; w->at++) {
		char *arg = w->argv[w->at];
		int rc;

		if (!only_operands && strcmp(arg, "--") == 0) {
			only_operands = true;
			continue;
		}
		if (only_operands || arg[0] != '-' || arg[1] == '\0') {
			w->n_operands++;
			if (w->apply)
				w->argv[w->n_operands] = arg;
			continue;
		}
		rc = arg[1] == '-' ? take_long(w, arg + 2)
				   : take_short(w, arg + 1);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
check_operands(const struct opt_command *cmd, int n, struct err *err)
{
	const char *what = cmd->synopsis != NULL ? cmd->synopsis : "";

	if (n < cmd->operands_min)
		return err_set(err, ERR_USAGE, "something is missing: %s %s",
			       cmd->name, what);
	if (cmd->operands_max >= 0 && n > cmd->operands_max)
		return err_set(err, ERR_USAGE, "too many operands: %s %s",
			       cmd->name, what);
	return 0;
}

int
opt_parse(const struct opt_command *cmd, int argc, char **argv, struct err *err)
{
	struct walk w = {.cmd = cmd, .argv = argv, .argc = argc, .err = err};
	int rc = walk_once(&w);

	if (rc != 0)
		return rc;
	if (check_operands(cmd, w.n_operands, err) != 0)
		return -1;
	w.apply = true;
	w.n_operands = 0;
	if (walk_once(&w) != 0)
		return -1;
	argv[w.n_operands + 1 < argc ? w.n_operands + 1 : argc] = NULL;
	return w.n_operands;
}

int
opt_fail(const struct opt_command *cmd, const struct err *err)
{
	if (err->code == ERR_NONE)
		return EXIT_OK;
	(void)fprintf(stderr, "%s: %s\n", cmd->name, err->msg);
	if (err->code == ERR_USAGE)
		(void)fprintf(stderr, "Try '%s --help'.\n", cmd->name);
	return err_exit_status(err->code);
}
