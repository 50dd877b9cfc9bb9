# Compiler options that every target of svinit shares, as the interface library svinit_options.
add_library(svinit_options INTERFACE)
target_compile_definitions(svinit_options INTERFACE _GNU_SOURCE SVINIT_VERSION="${PROJECT_VERSION}")
target_include_directories(svinit_options INTERFACE ${CMAKE_SOURCE_DIR}/supervisor)
target_compile_options(svinit_options INTERFACE
	-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
	-Wpointer-arith -Wwrite-strings -fno-common -fstack-protector-strong)
if(SVINIT_WERROR)
	target_compile_options(svinit_options INTERFACE -Werror)
endif()
if(SVINIT_SANITIZE)
	target_compile_options(svinit_options INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(svinit_options INTERFACE -fsanitize=address,undefined)
else()
	target_compile_definitions(svinit_options INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
endif()
if(SVINIT_STATIC)
	target_link_options(svinit_options INTERFACE -static)
endif()
