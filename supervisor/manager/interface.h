#ifndef SVINIT_MANAGER_INTERFACE_H
#define SVINIT_MANAGER_INTERFACE_H

/* The Varlink description of an interface of ours; NULL when we have none of that name. Static. */
const char *interface_description(const char *name);

#endif
