# medchain_test(<name> LABEL <label> SOURCES <file>... LINK <target>... [DATA])
#
# One Catch2 executable, one ctest entry. LABEL groups the times that tests/run prints. DATA: some of its cases need
# MEDCHAIN_TEST_DATA and print "SKIPPED: no test data" without it.
function(medchain_test name)
  cmake_parse_arguments(ARG "DATA" "LABEL" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE medchain_test_support ${ARG_LINK} medchain_options)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 600)
  if(MEDCHAIN_SANITIZE STREQUAL "thread")
    set_tests_properties(${name} PROPERTIES
      ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.txt")
  endif()
endfunction()
