# Compile options of our own code, and one way to declare a folder of lib/src.

add_library(medchain_options INTERFACE)
target_compile_options(medchain_options INTERFACE -Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside libstdc++ and std::variant where nothing is wrong (GCC PR 105562, 105593).
  target_compile_options(medchain_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
endif()

# What is built does not tell where: two builds of one source give the same bytes (release/reproduce). Asserts and debug
# information then name files from the root of the source, so a debugger is best started there. Not gcov, which looks for
# its notes where the compiler was told to write them.
if(NOT MEDCHAIN_COVERAGE)
  add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
endif()

if(MEDCHAIN_SANITIZE)
  target_link_options(medchain_options INTERFACE -fsanitize=${MEDCHAIN_SANITIZE})
endif()

# Our code is instrumented, and its tests are not: what they do wrong shows in what they call, and they build in a third
# of the time. But the thread sanitizer must see all that synchronises.
add_library(medchain_instrumented INTERFACE)
if(MEDCHAIN_SANITIZE)
  set(instrument -fsanitize=${MEDCHAIN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(medchain_instrumented INTERFACE ${instrument})
  if(MEDCHAIN_SANITIZE STREQUAL "thread")
    target_compile_options(medchain_options INTERFACE ${instrument})
  endif()
endif()

# Tests are counted too, though nobody reads their counts: of an inline function in a header the linker keeps one copy,
# which may be a test's.
if(MEDCHAIN_COVERAGE)
  target_compile_options(medchain_options INTERFACE --coverage)
  target_link_options(medchain_options INTERFACE --coverage)
endif()

# What libFuzzer is told by: which branches ran, and what was compared.
if(MEDCHAIN_FUZZ)
  target_compile_options(medchain_instrumented INTERFACE -fsanitize=fuzzer-no-link)
endif()

# medchain_component(<folder> HEADERS <public header>... SOURCES <file>... [DEPENDS <folder>...] [LINK <target>...])
#
# One static library medchain_<folder> per folder of lib/src. A folder sees its own public headers and those of the
# folders that it depends on, and no others: each folder's headers are staged by themselves under the build tree, so an
# include against the direction does not build. LINK names third-party targets, which only the .cc files see.
function(medchain_component folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;DEPENDS;LINK" ${ARGN})
  set(target medchain_${folder})
  set(staged ${PROJECT_BINARY_DIR}/include/${folder})
  foreach(header ${ARG_HEADERS})
    set(source ${PROJECT_SOURCE_DIR}/lib/include/medchain/${header})
    if(NOT EXISTS ${source})
      message(FATAL_ERROR "${folder}: there is no lib/include/medchain/${header}")
    endif()
    cmake_path(GET header PARENT_PATH directory)
    file(MAKE_DIRECTORY ${staged}/medchain/${directory})
    file(CREATE_LINK ${source} ${staged}/medchain/${header} SYMBOLIC)
  endforeach()
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC ${staged} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM ARG_DEPENDS PREPEND medchain_)
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LINK} medchain_options medchain_instrumented)
  set_property(GLOBAL APPEND PROPERTY MEDCHAIN_INSTALLED_HEADERS ${ARG_HEADERS})
endfunction()
