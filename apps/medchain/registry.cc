// medchain register, update, suspend, reinstate: what an institution does with its participants.
#include "arguments.h"
#include "commands.h"
#include "medchain/key_file.h"
#include "sender.h"

namespace program {
namespace {

using medchain::Address;
using medchain::RegistryBody;
using medchain::Result;

struct RegisterCommand {
  SendOptions send;
  std::string role;
  std::string label;
  std::vector<std::string> files;
};
struct UpdateCommand {
  SendOptions send;
  std::string participant;
  std::string label;
};
struct ParticipantCommand {
  SendOptions send;
  std::string participant;
};

Result<void> register_one(Program& program, Session& session, const RegisterCommand& command, medchain::Role role,
                          const std::string& file) {
  auto keys = medchain::read_public_key_file(file);
  if (!keys) return keys.error();
  Report report;
  report.add("address", keys->address().text()).add("role", std::string(to_string(role)));
  return send_and_report(session, program.output, command.send,
                         RegistryBody{medchain::Register{*keys, role, command.label}}, {}, std::move(report));
}

Result<void> run_register(Program& program, const RegisterCommand& command) {
  auto role = argument("--role", command.role, medchain::parse_role(command.role));
  if (!role) return role.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  for (const std::string& file : command.files) {
    MEDCHAIN_TRY(register_one(program, *session, command, *role, file));
  }
  return {};
}

Result<void> send(Program& program, const SendOptions& options, const std::string& participant,
                  RegistryBody (*make)(const Address&, const std::string&), const std::string& label) {
  auto address = address_argument("PARTICIPANT", participant);
  if (!address) return address.error();
  auto session = connect(program.options, Identity::kRequired);
  if (!session) return session.error();
  Report report;
  report.add("address", address->text());
  return send_and_report(*session, program.output, options, make(*address, label), {}, std::move(report));
}

Result<void> run_update(Program& program, const UpdateCommand& command) {
  auto make = [](const Address& address, const std::string& label) -> RegistryBody {
    return medchain::Update{address, label};
  };
  return send(program, command.send, command.participant, make, command.label);
}

Result<void> run_suspend(Program& program, const ParticipantCommand& command) {
  auto make = [](const Address& address, const std::string&) -> RegistryBody { return medchain::Suspend{address}; };
  return send(program, command.send, command.participant, make, {});
}

Result<void> run_reinstate(Program& program, const ParticipantCommand& command) {
  auto make = [](const Address& address, const std::string&) -> RegistryBody { return medchain::Reinstate{address}; };
  return send(program, command.send, command.participant, make, {});
}

}  // namespace

void add_registry_commands(CLI::App& app, Program& program) {
  auto fresh = std::make_shared<RegisterCommand>();
  auto* add = app.add_subcommand("register", "Admit a participant; signed by your institution's --key");
  add->add_option("--role", fresh->role, "device, gateway, patient, family, guardian, clinician, validator or auditor")
      ->required();
  add->add_option("--label", fresh->label,
                  "Of a device, gateway or validator; people have none: no names on the ledger");
  add->add_option("KEY_PUB", fresh->files, "Public key files of the participants")->required();
  add_send_options(add, fresh->send);
  program.on(add, fresh, run_register);

  auto update = std::make_shared<UpdateCommand>();
  auto* updating = app.add_subcommand("update", "Change the label of a participant that your institution registered");
  updating->add_option("PARTICIPANT", update->participant, "Address (med1...)")->required();
  updating->add_option("--label", update->label, "The new label")->required();
  add_send_options(updating, update->send);
  program.on(updating, update, run_update);

  auto suspend = std::make_shared<ParticipantCommand>();
  auto* suspending = app.add_subcommand("suspend", "Suspend a participant that your institution registered");
  suspending->add_option("PARTICIPANT", suspend->participant, "Address (med1...)")->required();
  add_send_options(suspending, suspend->send);
  program.on(suspending, suspend, run_suspend);

  auto reinstate = std::make_shared<ParticipantCommand>();
  auto* reinstating = app.add_subcommand("reinstate", "End a suspension");
  reinstating->add_option("PARTICIPANT", reinstate->participant, "Address (med1...)")->required();
  add_send_options(reinstating, reinstate->send);
  program.on(reinstating, reinstate, run_reinstate);
}

}  // namespace program
