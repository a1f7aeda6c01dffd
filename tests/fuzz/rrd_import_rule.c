/* SPDX-License-Identifier: MIT */
/* Rules of an import and a file's name: whatever they are, what comes out is
 * a valid path.  The first line is the file, the rest the rules. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/path.h"
#include "rrd/import_rule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *eol = memchr(data, '\n', size);
	struct import_rules rules = {0};
	struct import_target t;
	char file[512];
	size_t n;

	if (eol == NULL || (n = (size_t)(eol - data)) >= sizeof(file))
		return 0;
	memcpy(file, data, n);
	file[n] = '\0';
	if (import_rules_parse(&rules, "f", (const char *)eol + 1, size - n - 1,
			       NULL) == 0 &&
	    import_rules_find(&rules, file, "value", &t) != 0) {
		if (!family_name_valid(t.family, strlen(t.family)) ||
		    t.metric[0] == '\0' ||
		    (t.host[0] != '\0' &&
		     !slug_valid(t.host, strlen(t.host))) ||
		    (t.instance[0] != '\0' &&
		     !slug_valid(t.instance, strlen(t.instance))))
			abort();
	}
	import_rules_free(&rules);
	return 0;
}
