/* SPDX-License-Identifier: MIT */
/*
 * Two texts of an option table: --help for a terminal of 80 columns, and the
 * bash completion function (the man page is in opt_man.c).  In `about` an
 * empty line ends a paragraph and a line that begins with a blank is an
 * example, kept as it is.
 */
#include "core/opt_text.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"

#define HELP_WIDTH  78
#define HELP_COLUMN 26 /* where the option texts start */

/* Rows every table has without stating them. */
static const struct opt common[] = {
    {.name = "help", .letter = 'h', .type = OPT_FLAG, .help = "Show this help"},
    {.name = "version", .type = OPT_FLAG, .help = "Show the version"},
};

#define N_COMMON (sizeof(common) / sizeof(common[0]))

const char *const opt_exits[] = {"success", "failure",
				 "the command line is wrong",
				 "the configuration is wrong", NULL};

/* Row i of the shown options: the command's, then the common ones. */
const struct opt *
opt_row(const struct opt_command *cmd, size_t i)
{
	if (i >= cmd->n_opts)
		return &common[i - cmd->n_opts];
	return cmd->opts[i].hidden ? NULL : &cmd->opts[i];
}

size_t
opt_rows(const struct opt_command *cmd)
{
	return cmd->n_opts + N_COMMON;
}

/* Appends words with line breaks; column is where the text stands now. */
void
opt_wrap(struct buf *b, const char *text, size_t len, size_t indent,
	 size_t column)
{
	size_t i = 0;
	bool first = true;

	while (i < len) {
		size_t word = 0;

		while (i < len && (text[i] == ' ' || text[i] == '\n'))
			i++;
		while (i + word < len && text[i + word] != ' ' &&
		       text[i + word] != '\n')
			word++;
		if (word == 0)
			break;
		if (!first && column + 1 + word > HELP_WIDTH) {
			buf_fmt(b, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			buf_char(b, ' ');
			column++;
		}
		buf_put(b, text + i, word);
		column += word;
		i += word;
		first = false;
	}
	buf_char(b, '\n');
}

/* The length of the paragraph (or block of example lines) at text. */
size_t
opt_paragraph(const char *text)
{
	const char *p = text;
	bool example = text[0] == ' ';

	for (;;) {
		const char *end = strchr(p, '\n');

		if (end == NULL)
			return (size_t)(p - text) + strlen(p);
		if (end[1] == '\n' || end[1] == '\0' ||
		    (end[1] == ' ') != example)
			return (size_t)(end - text);
		p = end + 1;
	}
}

static void
help_about(struct buf *b, const char *about)
{
	while (*about != '\0') {
		size_t n = opt_paragraph(about);

		buf_char(b, '\n');
		if (about[0] == ' ') {
			buf_put(b, about, n);
			buf_char(b, '\n');
		} else
			opt_wrap(b, about, n, 0, 0);
		about += n;
		while (*about == '\n')
			about++;
	}
}

/* " (default X)" where the value has one; "" otherwise. */
void
opt_put_default(struct buf *b, const struct opt *o)
{
	if (o->value == NULL)
		return;
	if (o->type == OPT_STRING && *(const char **)o->value != NULL)
		buf_fmt(b, " (default %s)", *(const char **)o->value);
	if (o->type == OPT_INT)
		buf_fmt(b, " (default %lld)",
			(long long)*(const int64_t *)o->value);
}

static void
help_option(struct buf *b, const struct opt *o)
{
	struct buf text;
	size_t start = b->len, width;

	if (o->letter != 0)
		buf_fmt(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_fmt(b, "      --%s", o->name);
	if (o->type != OPT_FLAG)
		buf_fmt(b, " %s", o->arg != NULL ? o->arg : "VALUE");
	width = b->len - start;
	if (width + 2 > HELP_COLUMN) {
		buf_char(b, '\n');
		width = 0;
	}
	buf_fmt(b, "%*s", (int)(HELP_COLUMN - width), "");
	buf_init(&text, 4096);
	buf_str(&text, o->help);
	opt_put_default(&text, o);
	opt_wrap(b, text.data, text.len, HELP_COLUMN, HELP_COLUMN);
	buf_done(&text);
}

bool
opt_has_synopsis(const struct opt_command *cmd)
{
	return cmd->synopsis != NULL && cmd->synopsis[0] != '\0';
}

void
opt_help(const struct opt_command *cmd, struct buf *out)
{
	buf_fmt(out, "Usage: %s [OPTIONS]%s%s\n\n", cmd->name,
		opt_has_synopsis(cmd) ? " " : "",
		opt_has_synopsis(cmd) ? cmd->synopsis : "");
	opt_wrap(out, cmd->brief, strlen(cmd->brief), 0, 0);
	if (cmd->about != NULL)
		help_about(out, cmd->about);
	buf_str(out, "\nOptions:\n");
	for (size_t i = 0; i < opt_rows(cmd); i++)
		if (opt_row(cmd, i) != NULL)
			help_option(out, opt_row(cmd, i));
	buf_str(out, "\nExit status:\n");
	for (size_t i = 0; opt_exits[i] != NULL; i++)
		buf_fmt(out, "  %zu  %s\n", i, opt_exits[i]);
	if (cmd->exits != NULL)
		opt_wrap(out, cmd->exits, strlen(cmd->exits), 0, 0);
}

void
opt_page_name(struct buf *b, const char *name, char blank)
{
	for (; *name != '\0'; name++)
		buf_char(b, *name == ' ' || *name == '-' ? blank : *name);
}

/* --- completion ------------------------------------------------------------
 */

/* How to complete an argument, by its placeholder. */
static const char *
complete_argument(const struct opt *o)
{
	if (o->arg != NULL && strcmp(o->arg, "DIR") == 0)
		return "compgen -d -- \"$cur\"";
	if (o->arg != NULL && strcmp(o->arg, "FILE") == 0)
		return "compgen -f -- \"$cur\"";
	return "true";
}

void
opt_complete(const struct opt_command *cmd, struct buf *out)
{
	buf_char(out, '_');
	opt_page_name(out, cmd->name, '_');
	buf_str(out, "()\n{\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
		     "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tcase $prev in\n");
	for (size_t i = 0; i < cmd->n_opts; i++) {
		const struct opt *o = opt_row(cmd, i);

		if (o == NULL || o->type == OPT_FLAG)
			continue;
		buf_str(out, "\t");
		if (o->letter != 0)
			buf_fmt(out, "-%c | ", o->letter);
		buf_fmt(out,
			"--%s)\n\t\tmapfile -t COMPREPLY < <(%s)\n"
			"\t\treturn ;;\n",
			o->name, complete_argument(o));
	}
	buf_str(out, "\tesac\n\tcase $cur in\n\t-*) mapfile -t COMPREPLY < <("
		     "compgen -W '");
	for (size_t i = 0; i < opt_rows(cmd); i++)
		if (opt_row(cmd, i) != NULL)
			buf_fmt(out, "%s--%s", i > 0 ? " " : "",
				opt_row(cmd, i)->name);
	buf_str(out,
		"' -- \"$cur\") ;;\n"
		"\t*) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
		"\tesac\n}\n");
	if (strchr(cmd->name, ' ') != NULL)
		return;
	buf_str(out, "complete -F _");
	opt_page_name(out, cmd->name, '_');
	buf_fmt(out, " %s\n", cmd->name);
}
