# find_package(MbedTLS [version]): gives MbedTLS::mbedcrypto, the part of mbedTLS that is not TLS.
#
# The package of Debian 12 (2.28) has neither a CMake nor a pkg-config file, that of Debian 13 (3.6) has both; this finds
# either. The version stands in build_info.h since 3.0, in version.h before.
find_path(MbedTLS_INCLUDE_DIR mbedtls/version.h)
find_library(MbedTLS_CRYPTO_LIBRARY mbedcrypto)
mark_as_advanced(MbedTLS_INCLUDE_DIR MbedTLS_CRYPTO_LIBRARY)

foreach(header version.h build_info.h)
  if(EXISTS ${MbedTLS_INCLUDE_DIR}/mbedtls/${header})
    file(STRINGS ${MbedTLS_INCLUDE_DIR}/mbedtls/${header} line REGEX "^#define MBEDTLS_VERSION_STRING +\"[0-9.]+\"")
    if(line MATCHES "\"([0-9.]+)\"")
      set(MbedTLS_VERSION ${CMAKE_MATCH_1})
    endif()
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MbedTLS
  REQUIRED_VARS MbedTLS_CRYPTO_LIBRARY MbedTLS_INCLUDE_DIR VERSION_VAR MbedTLS_VERSION)

if(MbedTLS_FOUND AND NOT TARGET MbedTLS::mbedcrypto)
  add_library(MbedTLS::mbedcrypto UNKNOWN IMPORTED)
  set_target_properties(MbedTLS::mbedcrypto PROPERTIES
    IMPORTED_LOCATION ${MbedTLS_CRYPTO_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${MbedTLS_INCLUDE_DIR})
endif()
