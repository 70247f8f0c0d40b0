# Like record.mjs, with Shopify's own Liquid 5.13 (`gem install liquid`, or a checkout whose lib/ stands in RUBYLIB), which is the reference.
require "json"
require "strscan"

# Debian's Ruby 3.1 has an older strscan than Liquid asks for.
class StringScanner
  def peek_byte = string.getbyte(pos) unless method_defined?(:peek_byte)
  def scan_byte = peek_byte.tap { |byte| self.pos += 1 if byte } unless method_defined?(:scan_byte)
end

require "liquid"
abort "Liquid #{Liquid::VERSION} is too old; 5.13 is asked for" if Gem::Version.new(Liquid::VERSION) < Gem::Version.new("5.13")

# Shopify runs it with ActiveSupport, whose `blank?` gives `blank` its documented meaning.
class Object; def blank?; respond_to?(:empty?) ? !!empty? : !self; end; end
class String; def blank?; match?(/\A[[:space:]]*\z/); end; end

ENV["TZ"] = "UTC"
given = JSON.parse($stdin.read)
Files = Struct.new(:partials) do
  def read_template_file(name)
    partials.fetch(name) { raise Liquid::FileSystemError, "No such template '#{name}'" }
  end
end
Liquid::Template.file_system = Files.new(given["partials"])
Liquid::Template.error_mode = :strict
results = given["templates"].map do |item|
  text, data = item.is_a?(String) ? [item, given["data"]] : [item["template"], item["data"]]
  begin
    # What `render` sees of a shop's objects are static environments.
    template = Liquid::Template.parse(text)
    context = Liquid::Context.build(static_environments: data, rethrow_errors: true)
    context.strict_filters = true
    { text: template.render!(context) }
  rescue StandardError, SystemStackError => error
    { error: "#{error.class}: #{error.message.lines.first&.chomp}" }
  end
end
puts JSON.generate(results)
