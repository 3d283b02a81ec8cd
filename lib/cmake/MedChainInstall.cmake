# What `cmake --install` gives, and `cmake --install --component NAME` a part of:
#
#   development    the public headers, the static libraries, a CMake package and pkg-config files
#   runtime        libmedchain-c.so.0, which programs of others need when they run
#   programs       medchaind and medchain; both have the library inside
#   documentation  README, CHANGELOG, LICENSE, SECURITY, docs and every FORMAT.md
#
# The CMake package:
#
#   medchain::medchain   base ... engine, one library
#   medchain::rocksdb    storage on RocksDB            (find_package(medchain COMPONENTS rocksdb))
#   medchain::rpc        Cap'n Proto client and node   (find_package(medchain COMPONENTS rpc))
#   medchain::http       a node's HTTP/JSON interface  (find_package(medchain COMPONENTS http))
#   medchain::gateway    the edge: FHIR, HL7 v2, a queue (find_package(medchain COMPONENTS gateway))
#   medchain::c, medchain::c_static    the C library (find_package(medchain COMPONENTS c)): bindings/c adds it
#
# Inside the build every folder stays a target of its own; here their objects are gathered.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(MEDCHAIN_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/medchain)

# medchain_library(<target> EXPORT <export> NAME <name> FOLDERS <folder>... [LINK <public target>] [PRIVATE <target>...])
function(medchain_library target)
  cmake_parse_arguments(ARG "" "EXPORT;NAME" "FOLDERS;LINK;PRIVATE" ${ARGN})
  set(objects)
  foreach(folder ${ARG_FOLDERS})
    list(APPEND objects $<TARGET_OBJECTS:medchain_${folder}>)
  endforeach()
  add_library(${target} STATIC ${objects})
  add_library(medchain::${ARG_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${ARG_NAME} LINKER_LANGUAGE CXX)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE})
  install(TARGETS ${target} EXPORT ${ARG_EXPORT} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  install(EXPORT ${ARG_EXPORT} NAMESPACE medchain:: DESTINATION ${MEDCHAIN_PACKAGE_DIR} COMPONENT development)
endfunction()

# medchain_pkg_config(<name> "<description>" "<requires>" "<requires.private>" "<libs>" ["<libs.private>"])
#
# The file finds the prefix from where it lies: `cmake --install --prefix` may name another than was configured.
function(medchain_pkg_config name description requires requires_private libs)
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig
    OUTPUT_VARIABLE MEDCHAIN_PC_PREFIX)
  set(MEDCHAIN_PC_DESCRIPTION "${description}")
  set(MEDCHAIN_PC_NAME ${name})
  set(MEDCHAIN_PC_REQUIRES "${requires}")
  set(MEDCHAIN_PC_REQUIRES_PRIVATE "${requires_private}")
  set(MEDCHAIN_PC_LIBS "${libs}")
  set(MEDCHAIN_PC_LIBS_PRIVATE "${ARGN}")
  configure_file(${PROJECT_SOURCE_DIR}/lib/cmake/medchain.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()

medchain_library(medchain EXPORT medchain-core NAME medchain
  FOLDERS base crypto ledger state election consensus storage index engine
  PRIVATE ${MEDCHAIN_CRYPTO_LIBRARIES} PkgConfig::sodium Threads::Threads)
set(requires_private libsodium)
set(libs_private)
if(MEDCHAIN_OPENSSL)
  string(APPEND requires_private " libcrypto")
endif()
if(MEDCHAIN_MBEDTLS)
  set(libs_private -lmbedcrypto)  # 2.28 has no file for pkg-config
endif()
if(MEDCHAIN_CRYPTOPP)
  string(APPEND requires_private " libcrypto++")
endif()
medchain_pkg_config(medchain "A permissioned ledger of sealed medical records" "" "${requires_private}" "-lmedchain"
  ${libs_private})

if(MEDCHAIN_NODE)
  medchain_library(medchain_rocksdb_library EXPORT medchain-rocksdb NAME rocksdb
    FOLDERS rocksdb LINK medchain PRIVATE PkgConfig::rocksdb)
  set_target_properties(medchain_rocksdb_library PROPERTIES OUTPUT_NAME medchain-rocksdb)
  medchain_pkg_config(medchain-rocksdb "MedChain storage on RocksDB" "medchain" "rocksdb" "-lmedchain-rocksdb")

  medchain_library(medchain_rpc_library EXPORT medchain-rpc NAME rpc
    FOLDERS rpc rpc_schema LINK medchain PRIVATE CapnProto::capnp-rpc CapnProto::kj-tls OpenSSL::SSL PkgConfig::sodium)
  set_target_properties(medchain_rpc_library PROPERTIES OUTPUT_NAME medchain-rpc)
  medchain_pkg_config(medchain-rpc "MedChain client and node over Cap'n Proto" "medchain"
    "capnp-rpc kj-tls libssl" "-lmedchain-rpc")

  medchain_library(medchain_http_library EXPORT medchain-http NAME http
    FOLDERS http LINK medchain medchain_rpc_library
    PRIVATE PkgConfig::kj_http CapnProto::kj-tls PkgConfig::prometheus PkgConfig::sodium)
  set_target_properties(medchain_http_library PROPERTIES OUTPUT_NAME medchain-http)
  medchain_pkg_config(medchain-http "MedChain node's HTTP/JSON interface" "medchain medchain-rpc"
    "kj-http kj-gzip kj-tls prometheus-cpp-core" "-lmedchain-http")

  medchain_library(medchain_gateway_library EXPORT medchain-gateway NAME gateway
    FOLDERS fhir hl7v2 gateway LINK medchain medchain_rpc_library
    PRIVATE PkgConfig::kj_http CapnProto::kj-tls OpenSSL::SSL PkgConfig::prometheus)
  set_target_properties(medchain_gateway_library PROPERTIES OUTPUT_NAME medchain-gateway)
  medchain_pkg_config(medchain-gateway "MedChain edge gateway, FHIR and HL7 v2" "medchain medchain-rpc"
    "kj-http kj-gzip kj-tls libssl prometheus-cpp-core" "-lmedchain-gateway")
endif()

get_property(headers GLOBAL PROPERTY MEDCHAIN_INSTALLED_HEADERS)
foreach(header ${headers} medchain.h)
  cmake_path(GET header PARENT_PATH directory)
  install(FILES ${PROJECT_SOURCE_DIR}/lib/include/medchain/${header}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/medchain/${directory} COMPONENT development)
endforeach()

configure_package_config_file(${PROJECT_SOURCE_DIR}/lib/cmake/medchain-config.cmake.in
  ${PROJECT_BINARY_DIR}/medchain-config.cmake INSTALL_DESTINATION ${MEDCHAIN_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/medchain-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/medchain-config.cmake ${PROJECT_BINARY_DIR}/medchain-config-version.cmake
              ${PROJECT_SOURCE_DIR}/lib/cmake/FindMbedTLS.cmake
        DESTINATION ${MEDCHAIN_PACKAGE_DIR} COMPONENT development)

# In the folders that they have in the source, so that what links from one to another still does.
file(GLOB formats RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/src/*/FORMAT.md)
foreach(document README.md CHANGELOG.md LICENSE SECURITY.md ARCHITECTURE.md bindings/c/README.md ${formats})
  cmake_path(GET document PARENT_PATH directory)
  install(FILES ${PROJECT_SOURCE_DIR}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${directory} COMPONENT documentation)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation)
