/* SPDX-License-Identifier: MIT */
/*
 * The texts of an option table: --help for a terminal of 80 columns, the man
 * page in mdoc(7), the bash completion function.  In `about` an empty line
 * ends a paragraph and a line that begins with a blank is an example, kept as
 * it is.
 */
#include "core/opt.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/version.h"

#define TEXT_MAX    (256 * 1024)
#define HELP_WIDTH  78
#define HELP_COLUMN 26 /* where the option texts start */

/* Rows every table has without stating them. */
static const struct opt common[] = {
    {.name = "help", .letter = 'h', .type = OPT_FLAG, .help = "Show this help"},
    {.name = "version", .type = OPT_FLAG, .help = "Show the version"},
};

#define N_COMMON (sizeof(common) / sizeof(common[0]))

static const struct {
	int code;
	const char *means;
} exits[] = {
    {EXIT_OK, "success"},
    {EXIT_FAIL, "failure"},
    {EXIT_BAD_USAGE, "the command line is wrong"},
    {EXIT_BAD_CONFIG, "the configuration is wrong"},
};

#define N_EXITS (sizeof(exits) / sizeof(exits[0]))

/* Row i of the shown options: the command's, then the common ones. */
static const struct opt *
row(const struct opt_command *cmd, size_t i)
{
	if (i >= cmd->n_opts)
		return &common[i - cmd->n_opts];
	return cmd->opts[i].hidden ? NULL : &cmd->opts[i];
}

static size_t
rows(const struct opt_command *cmd)
{
	return cmd->n_opts + N_COMMON;
}

/* Appends words with line breaks; column is where the text stands now. */
static void
put_wrapped(struct buf *b, const char *text, size_t len, size_t indent,
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
static size_t
paragraph(const char *text)
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
		size_t n = paragraph(about);

		buf_char(b, '\n');
		if (about[0] == ' ') {
			buf_put(b, about, n);
			buf_char(b, '\n');
		} else
			put_wrapped(b, about, n, 0, 0);
		about += n;
		while (*about == '\n')
			about++;
	}
}

/* " (default X)" where the value has one; "" otherwise. */
static void
put_default(struct buf *b, const struct opt *o)
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
	put_default(&text, o);
	put_wrapped(b, text.data, text.len, HELP_COLUMN, HELP_COLUMN);
	buf_done(&text);
}

void
opt_help(const struct opt_command *cmd, struct buf *out)
{
	buf_fmt(out, "Usage: %s [OPTIONS]%s%s\n\n", cmd->name,
		cmd->synopsis != NULL ? " " : "",
		cmd->synopsis != NULL ? cmd->synopsis : "");
	put_wrapped(out, cmd->brief, strlen(cmd->brief), 0, 0);
	if (cmd->about != NULL)
		help_about(out, cmd->about);
	buf_str(out, "\nOptions:\n");
	for (size_t i = 0; i < rows(cmd); i++)
		if (row(cmd, i) != NULL)
			help_option(out, row(cmd, i));
	buf_str(out, "\nExit status:\n");
	for (size_t i = 0; i < N_EXITS; i++)
		buf_fmt(out, "  %d  %s\n", exits[i].code, exits[i].means);
	if (cmd->exits != NULL)
		put_wrapped(out, cmd->exits, strlen(cmd->exits), 0, 0);
}

/* --- man page ------------------------------------------------------------- */

/* Text for roff: backslashes, and a control character at a line's start. */
static void
man_text(struct buf *b, const char *text, size_t len)
{
	bool start = true;

	for (size_t i = 0; i < len; i++) {
		if (start && (text[i] == '.' || text[i] == '\''))
			buf_str(b, "\\&");
		if (text[i] == '\\')
			buf_str(b, "\\e");
		else if (text[i] == '-' &&
			 (start || text[i - 1] == ' ' || text[i - 1] == '-' ||
			  text[i - 1] == '['))
			buf_str(b, "\\-");
		else
			buf_char(b, text[i]);
		start = text[i] == '\n';
	}
}

/* A macro argument: quoted, with quotes escaped. */
static void
man_quoted(struct buf *b, const char *text)
{
	buf_char(b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_str(b, "\\(dq");
		else if (*text == '\\')
			buf_str(b, "\\e");
		else if (*text == '-')
			buf_str(b, "\\-");
		else
			buf_char(b, *text);
	}
	buf_char(b, '"');
}

/* A paragraph, in lines of a length that roff sources have. */
static void
man_paragraph(struct buf *b, const char *text, size_t len)
{
	struct buf lines;

	buf_init(&lines, TEXT_MAX);
	put_wrapped(&lines, text, len, 0, 0);
	man_text(b, lines.data, lines.len);
	buf_done(&lines);
}

/* A block of example lines without the blanks that mark it. */
static void
man_example(struct buf *b, const char *text, size_t len)
{
	size_t indent = strspn(text, " ");
	const char *end = text + len;

	buf_str(b, ".Bd -literal -offset indent\n");
	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t n =
		    eol != NULL ? (size_t)(eol - text) : (size_t)(end - text);
		size_t skip = strspn(text, " ");

		if (skip > indent)
			skip = indent;
		man_text(b, text + skip, n - skip);
		buf_char(b, '\n');
		text += n + 1;
	}
	buf_str(b, ".Ed\n");
}

/* A sentence on its own line; a full stop is added where there is none. */
static void
man_sentence(struct buf *b, const char *text)
{
	struct buf whole;
	size_t len = strlen(text);

	buf_init(&whole, TEXT_MAX);
	buf_str(&whole, text);
	if (len == 0 || text[len - 1] != '.')
		buf_char(&whole, '.');
	man_paragraph(b, whole.data, whole.len);
	buf_done(&whole);
}

static void
man_about(struct buf *b, const char *about)
{
	bool first = true;

	while (*about != '\0') {
		size_t n = paragraph(about);
		bool example = about[0] == ' ';

		if (!example && !first)
			buf_str(b, ".Pp\n");
		if (example)
			man_example(b, about, n);
		else
			man_paragraph(b, about, n);
		about += n;
		while (*about == '\n')
			about++;
		first = false;
	}
}

static void
man_option(struct buf *b, const struct opt *o)
{
	struct buf text;

	buf_str(b, ".It ");
	if (o->letter != 0)
		buf_fmt(b, "Fl %c , ", o->letter);
	buf_fmt(b, "Fl \\-%s", o->name);
	if (o->type != OPT_FLAG) {
		buf_str(b, " Ar ");
		man_quoted(b, o->arg != NULL ? o->arg : "VALUE");
	}
	buf_char(b, '\n');
	buf_init(&text, 4096);
	buf_str(&text, o->help);
	put_default(&text, o);
	man_sentence(b, text.data);
	buf_done(&text);
}

/* "robin put" has the page robin-put. */
static void
page_name(const char *name, struct buf *b, char blank)
{
	for (; *name != '\0'; name++)
		buf_char(b, *name == ' ' || *name == '-' ? blank : *name);
}

static void
man_head(const struct opt_command *cmd, struct buf *out)
{
	size_t start;

	buf_fmt(out, ".\\\" Made from the option table by %s --help-man.\n",
		cmd->name);
	buf_fmt(out, ".Dd %s\n.Dt ", ROBIN_DATE);
	start = out->len;
	page_name(cmd->name, out, '-');
	for (size_t i = start; i < out->len; i++)
		if (out->data[i] >= 'a' && out->data[i] <= 'z')
			out->data[i] = (char)(out->data[i] - 'a' + 'A');
	buf_str(out, " 1\n.Os\n.Sh NAME\n.Nm ");
	page_name(cmd->name, out, '-');
	buf_str(out, "\n.Nd ");
	man_text(out, cmd->brief, strlen(cmd->brief));
	buf_str(out, "\n.Sh SYNOPSIS\n.Nm ");
	man_quoted(out, cmd->name);
	buf_str(out, "\n.Op Ar OPTIONS\n");
	if (cmd->synopsis != NULL) {
		buf_str(out, ".Ar ");
		man_quoted(out, cmd->synopsis);
		buf_char(out, '\n');
	}
}

void
opt_man(const struct opt_command *cmd, struct buf *out)
{
	man_head(cmd, out);
	buf_str(out, ".Sh DESCRIPTION\n");
	man_about(out, cmd->about != NULL ? cmd->about : cmd->brief);
	buf_str(out, ".Pp\nThe options are as follows:\n"
		     ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < rows(cmd); i++)
		if (row(cmd, i) != NULL)
			man_option(out, row(cmd, i));
	buf_str(out, ".El\n.Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n");
	for (size_t i = 0; i < N_EXITS; i++)
		buf_fmt(out, ".It %d\n%s\n", exits[i].code, exits[i].means);
	buf_str(out, ".El\n");
	if (cmd->exits != NULL) {
		buf_str(out, ".Pp\n");
		man_sentence(out, cmd->exits);
	}
	if (strcmp(cmd->name, "robin") != 0)
		buf_str(out, ".Sh SEE ALSO\n.Xr robin 1\n");
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
	page_name(cmd->name, out, '_');
	buf_str(out, "()\n{\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
		     "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tcase $prev in\n");
	for (size_t i = 0; i < cmd->n_opts; i++) {
		const struct opt *o = row(cmd, i);

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
	for (size_t i = 0; i < rows(cmd); i++)
		if (row(cmd, i) != NULL)
			buf_fmt(out, "%s--%s", i > 0 ? " " : "",
				row(cmd, i)->name);
	buf_str(out,
		"' -- \"$cur\") ;;\n"
		"\t*) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
		"\tesac\n}\n");
	if (strchr(cmd->name, ' ') != NULL)
		return;
	buf_str(out, "complete -F _");
	page_name(cmd->name, out, '_');
	buf_fmt(out, " %s\n", cmd->name);
}
