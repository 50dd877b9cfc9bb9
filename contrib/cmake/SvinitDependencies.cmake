# The libraries, each as an imported target svinit::NAME. Those that are missing are collected in
# SVINIT_MISSING and SVINIT_MISSING_PACKAGES; the top CMakeLists.txt ends with one line that names all
# Debian packages. With SVINIT_STATIC the archives are taken.
set(SVINIT_MISSING "")
set(SVINIT_MISSING_PACKAGES "")
if(SVINIT_STATIC)
	set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()

function(svinit_dependency name header package)
	find_path(SVINIT_${name}_INCLUDE ${header})
	find_library(SVINIT_${name}_LIBRARY NAMES ${ARGN})
	if(NOT SVINIT_${name}_INCLUDE OR NOT SVINIT_${name}_LIBRARY)
		set(SVINIT_MISSING ${SVINIT_MISSING} ${name} PARENT_SCOPE)
		set(SVINIT_MISSING_PACKAGES ${SVINIT_MISSING_PACKAGES} ${package} PARENT_SCOPE)
		return()
	endif()
	add_library(svinit::${name} UNKNOWN IMPORTED GLOBAL)
	set_target_properties(svinit::${name} PROPERTIES
		IMPORTED_LOCATION ${SVINIT_${name}_LIBRARY}
		INTERFACE_INCLUDE_DIRECTORIES ${SVINIT_${name}_INCLUDE})
endfunction()

svinit_dependency(inih ini.h libinih-dev inih)
svinit_dependency(uv uv.h libuv1-dev uv uv_a)
svinit_dependency(cgroup libcgroup.h libcgroup-dev cgroup)
svinit_dependency(jansson jansson.h libjansson-dev jansson)
svinit_dependency(cap sys/capability.h libcap-dev cap)
if(SVINIT_TESTS AND NOT SVINIT_STATIC)
	svinit_dependency(cmocka cmocka.h libcmocka-dev cmocka)
endif()
find_package(Threads REQUIRED)
if(SVINIT_STATIC AND NOT SVINIT_MISSING)
	set_property(TARGET svinit::uv APPEND PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads dl)
	set_property(TARGET svinit::cgroup APPEND PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
